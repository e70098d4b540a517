/*
** lua_socket.h - a node's socket as a userdata of Lua: what all files of the class
** 'Socket' share.
*/

#ifndef BINDINGS_OBJECTS_LUA_SOCKET_H
#define BINDINGS_OBJECTS_LUA_SOCKET_H

#include <stdbool.h>

#include <lua.h>

#include "bindings/task/script_state.h"
#include "host/core/socket.h"

struct lua_socket {
  struct socket socket;      /* first: the host knows only this part */
  const void *class;         /* distinguishes it from other userdata */
  struct task_source source; /* of the tasks that run its handler */
  struct list readers;       /* tasks in recv */
  struct list writers;       /* tasks in send, because the queue was full */
  int parallel;              /* handlers at once; 0: it has no handler */
  int waiting;               /* handlers that wait now */
  bool asking;               /* its guard runs */
  bool owes;                 /* a REP: a request was read, and then 'out' was so much */
  uint64_t out_before;
  uint64_t reported_drops; /* of 'dropped' */
  bool guarded;            /* its declaration has a 'when' */
};

/* A socket's user values. */
enum {
  SOCKET_INSTANCE = 1, /* the instance it belongs to, a table: see instance.h */
  SOCKET_NAME,         /* as declared; nil for one made by self:open */
  SOCKET_DECLARATION,  /* { type, bind =, connect =, subscribe =, option = ... } */
  SOCKET_ENDPOINTS,    /* list of what it is bound to */
  SOCKET_CONNECTIONS,  /* see connections.h */
  SOCKET_EVENTS,       /* the name of the handler of its connection events, or nil */
  SOCKET_FIELDS,       /* what is found in it before its methods: endpoint, endpoints */
  SOCKET_VALUES = SOCKET_FIELDS,
};

/* The socket at 'arg', open or closed; raises when there is none. */
struct lua_socket *lua_socket_check(lua_State *L, int arg);
bool lua_socket_test(lua_State *L, int arg); /* is it one? */

/* Push a closed socket that is served by 'user', and whose handler's tasks report to
** 'source'; without a metatable. */
struct lua_socket *lua_socket_new(lua_State *L, const struct socket_user *user,
                                  const struct task_source *source);

/* The message in transit on the socket's thread. */
static inline struct frames *lua_socket_frames(const struct lua_socket *self) {
  return self->socket.readiness->world->frames;
}

/* After a change of what has it read: a handler, tasks in recv. */
void lua_socket_update_wants(struct lua_socket *self);

/* Close it, and wake the tasks that wait for it. Also a closed one. */
void lua_socket_shut_down(struct lua_socket *self);

/* Have messages handled by on.<name> of its instance, 'parallel' at once; 0: no
** longer. */
void lua_socket_handle(struct lua_socket *self, int parallel, bool guarded);

/* Let the registry keep the socket at 'index', as it does for those of a role's
** table, so that events find it; or no longer. */
void lua_socket_keep(lua_State *L, int index, bool kept);

#endif
