/*
** socket.h - the class 'Socket': a node's socket as a Lua object.
*/

#ifndef BINDINGS_OBJECTS_SOCKET_H
#define BINDINGS_OBJECTS_SOCKET_H

#include <stdbool.h>

#include <lua.h>

#include <lauxlib.h>

#include "bindings/task/task.h"
#include "host/core/list.h"
#include "host/core/socket.h"

struct lua_socket {
  struct socket socket;      /* first: the host knows only this part */
  const void *class;         /* tells a socket from other userdata */
  struct task_source source; /* of the tasks that run its handler */
  struct list readers;       /* tasks in recv */
  struct list writers;       /* tasks in send, because the queue was full */
  int parallel;              /* handlers at once; 0: it has no handler */
  int waiting;               /* handlers that wait now */
  bool asking;               /* its guard runs */
  bool guarded;              /* its declaration has a 'when' */
};

/* A socket's user values. */
enum {
  SOCKET_INSTANCE = 1, /* the instance it belongs to, a table: see self.h */
  SOCKET_NAME,         /* as declared; nil for one made by self:open */
  SOCKET_DECLARATION,  /* { type, bind =, connect =, subscribe =, option = ... } */
  SOCKET_ENDPOINTS,    /* list of what it is bound to */
  SOCKET_EVENTS,       /* the name of the handler of its connection events, or nil */
  SOCKET_FIELDS,       /* what is found in it before its methods: endpoint, endpoints */
  SOCKET_VALUES = SOCKET_FIELDS,
};

/* Push a new socket, closed, of this instance and declaration (stack indices). */
struct lua_socket *socket_new(lua_State *L, int instance, int declaration);

/* The socket at 'arg', open or closed; raises when there is none. */
struct lua_socket *socket_check(lua_State *L, int arg);
bool socket_test(lua_State *L, int arg); /* is it one? */

/* Open the socket at 'index' as its declaration says. True, or false with
** nil, reason, code pushed and the socket closed. Raises for a declaration that
** makes no sense. (opening.c) */
bool socket_open_declared(lua_State *L, int index);

/* Let scripts see the endpoints that the socket at 'index' is bound to. */
void socket_show_endpoints(lua_State *L, int index);

/* Bind or connect one more endpoint; as above. (opening.c) */
bool socket_bind_one(lua_State *L, int index, const char *endpoint);
bool socket_connect_one(lua_State *L, int index, const char *endpoint);

/* Set one option to the value at 'value'; as above. (opening.c) */
bool socket_set_option(lua_State *L, struct lua_socket *self, const char *name, int value);

/* Close it, and let the tasks that wait for it know. Also a closed one. */
void socket_shut_down(struct lua_socket *self);

/* Have messages handled by on.<name> of its instance, so many at once; 0: no
** longer. */
void socket_handle(struct lua_socket *self, int parallel, bool guarded);

/* Let the registry keep the socket at 'index', as it does for those of a role's
** table, so that events find it; or no longer. */
void socket_keep(lua_State *L, int index, bool kept);

/* drain.c: how the host and the tasks of a handler meet a Lua socket; and what
** it wants to read, said anew. */
extern const struct socket_user socket_lua_user;
extern const struct task_source socket_drain_source;
void socket_update_wants(struct lua_socket *self);

/* Register the class. */
void socket_class_open(lua_State *L);

/* The methods' names, for checks and documents. */
extern const luaL_Reg socket_methods[];

#endif
