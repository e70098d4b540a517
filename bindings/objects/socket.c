/*
** socket.c - see socket.h: sending, receiving, and closing.
**
** A method that waits is a step that is tried again: its continuation finds the
** same arguments on the stack.
*/

#include "bindings/objects/socket.h"

#include <errno.h>
#include <string.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/lua/frames.h"
#include "bindings/objects/dispatch.h"
#include "bindings/objects/socket_options.h"
#include "bindings/task/task.h"
#include "host/core/socket_options.h"

#define SOCKET_CLASS "Socket"

static const char methods_key; /* in the registry: { __index = methods } */

static int closed(lua_State *L) {
  return class_push_reason(L, "closed");
}

static int send_again(lua_State *L, int status, lua_KContext context);

enum { ROOM_MS = 1 }; /* from one try to the next */

/* Stack: socket, frame, ... */
static int send_step(lua_State *L, struct lua_socket *self, bool may_wait, bool again) {
  struct socket *socket = &self->socket;
  if (socket->world == NULL) return closed(L);
  frames_from_lua(L, 2, lua_socket_frames(self), script_of(L)->loans);
  if (socket_send(socket, lua_socket_frames(self)) == 0) {
    lua_pushboolean(L, 1);
    return 1;
  }
  int error = errno;
  frames_clear(lua_socket_frames(self));
  if (error == EHOSTUNREACH) return class_push_reason(L, "unreachable");
  if (error == EINVAL && socket->type == ZMQ_STREAM) {
    return luaL_error(L, "a STREAM sends two frames: the id of a peer, and bytes");
  }
  if (error == EINVAL && socket->conflates) {
    return luaL_error(L, "a socket with 'conflate' sends messages of one frame");
  }
  if (error != EAGAIN) return class_push_errno(L, error);
  if (!may_wait || socket_type_names_peers(socket->type)) return class_push_reason(L, "full");
  struct task *task = task_check(L);
  /* One that waited already stays the first. */
  struct list *place = again ? self->writers.next : &self->writers;
  if (socket_type_hides_room(socket->type)) return task_wait(L, task, ROOM_MS, place, send_again);
  socket_want(socket, WORLD_WRITABLE, true);
  return task_wait(L, task, TASK_NO_LIMIT, place, send_again);
}

static int send_again(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  task_done(task_check(L));
  return send_step(L, lua_touserdata(L, 1), true, true);
}

/* socket:send(frame, ...) -> true | nil, reason [, code] */
static int socket_send_method(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  frames_check(L, 2);
  return send_step(L, self, true, false);
}

/* socket:try_send(frame, ...) -> true | nil, reason [, code] */
static int socket_try_send(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  frames_check(L, 2);
  return send_step(L, self, false, false);
}

static int recv_again(lua_State *L, int status, lua_KContext context);

/* 'task' is NULL when it does not wait. */
static int recv_step(lua_State *L, struct lua_socket *self, struct task *task, double ms) {
  if (self->socket.world == NULL) return closed(L);
  bool again = ms == TASK_SAME_LIMIT;
  /* A loop around recv must not starve the other sockets and nodes. */
  bool pause = task != NULL && !again && self->socket.served >= SOCKET_BURST;
  if (!pause && socket_receive(&self->socket, lua_socket_frames(self)) == 0) {
    lua_settop(L, 0);
    return frames_to_lua(L, lua_socket_frames(self));
  }
  if (!pause && errno != EAGAIN) return class_push_errno(L, errno);
  if (task == NULL || (again && task->timed_out)) return class_push_reason(L, "timeout");
  struct list *place = again ? self->readers.next : &self->readers;
  list_append(place, &task->link);
  socket_want(&self->socket, WORLD_READABLE, true);
  if (pause) socket_look_again(&self->socket);
  return task_wait(L, task, ms, NULL, recv_again);
}

static int recv_again(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  struct task *task = task_check(L);
  int results = recv_step(L, lua_touserdata(L, 1), task, TASK_SAME_LIMIT);
  task_done(task);
  return results;
}

/* socket:recv([ms]) -> frame, ... | nil, reason [, code] */
static int socket_recv(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  double ms = task_check_limit(L, 2);
  if (self->parallel > 0) {
    return luaL_error(L,
                      "this socket has a handler, which gets its messages: recv is for the others");
  }
  lua_settop(L, 1);
  return recv_step(L, self, ms == 0 ? NULL : task_check(L), ms);
}

/* socket:reopen() -> true | nil, reason, code */
static int socket_reopen(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  socket_close(&self->socket);
  if (!socket_options_open(L, 1)) {
    lua_socket_shut_down(self);
    return 3;
  }
  int wants = list_empty(&self->writers) ? 0 : WORLD_WRITABLE;
  lua_socket_update_wants(self);
  socket_want(&self->socket, wants, true);
  lua_pushboolean(L, 1);
  return 1;
}

/* socket:close(); also __gc and __close. */
static int socket_close_method(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  lua_socket_shut_down(self);
  return 0;
}

static int done(lua_State *L, bool ok) {
  if (!ok) return 3;
  lua_pushboolean(L, 1);
  return 1;
}

static struct lua_socket *check_open(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  luaL_argcheck(L, self->socket.world != NULL, 1, "socket is closed");
  return self;
}

/* socket:connect(endpoint) -> true | nil, reason, code */
static int socket_connect(lua_State *L) {
  check_open(L);
  return done(L, socket_options_connect(L, 1, luaL_checkstring(L, 2)));
}

/* socket:bind(endpoint) -> true | nil, reason, code */
static int socket_bind(lua_State *L) {
  check_open(L);
  return done(L, socket_options_bind(L, 1, luaL_checkstring(L, 2)));
}

/* socket:disconnect(endpoint) -> true | nil, reason, code */
static int socket_disconnect(lua_State *L) {
  struct lua_socket *self = check_open(L);
  const char *endpoint = luaL_checkstring(L, 2);
  const struct world_functions *world = self->socket.node->world->functions;
  if (world->disconnect(self->socket.world, endpoint) != 0) return class_push_errno(L, errno);
  return done(L, true);
}

/* socket:subscribe(prefix) -> true | nil, reason, code */
static int socket_subscribe(lua_State *L) {
  return done(L, socket_options_set(L, check_open(L), "subscribe", 2));
}

/* socket:unsubscribe(prefix) -> true | nil, reason, code */
static int socket_unsubscribe(lua_State *L) {
  return done(L, socket_options_set(L, check_open(L), "unsubscribe", 2));
}

/* Socket(router, tcp://0.0.0.0:5555) */
static int socket_tostring(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  bool is_open = self->socket.world != NULL;
  lua_getiuservalue(L, 1, SOCKET_NAME);
  lua_pushfstring(L, "Socket(%s, %s)", lua_isstring(L, -1) ? lua_tostring(L, -1) : "unnamed",
                  is_open ? socket_type_name(self->socket.type) : "closed");
  return 1;
}

const luaL_Reg socket_methods[] = {
    {"bind", socket_bind},
    {"close", socket_close_method},
    {"connect", socket_connect},
    {"disconnect", socket_disconnect},
    {"recv", socket_recv},
    {"reopen", socket_reopen},
    {"send", socket_send_method},
    {"subscribe", socket_subscribe},
    {"try_send", socket_try_send},
    {"unsubscribe", socket_unsubscribe},
    {NULL, NULL},
};

static const luaL_Reg metamethods[] = {
    {"__close", socket_close_method},
    {"__gc", socket_close_method},
    {"__tostring", socket_tostring},
    {NULL, NULL},
};

/* Give the socket on top a metatable of its own: fields such as its endpoint are
** then found by table look-ups alone, and methods behind them. */
static void set_class(lua_State *L) {
  lua_createtable(L, 0, 2);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &methods_key);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_setiuservalue(L, -3, SOCKET_FIELDS);
  lua_createtable(L, 0, 6);
  luaL_setfuncs(L, metamethods, 0);
  lua_insert(L, -2);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, SOCKET_CLASS);
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable"); /* a script can't take a class apart */
  lua_setmetatable(L, -2);
}

struct lua_socket *socket_new(lua_State *L, int instance, int declaration) {
  instance = lua_absindex(L, instance);
  declaration = lua_absindex(L, declaration);
  struct lua_socket *self = lua_socket_new(L, &dispatch_user, &dispatch_source);
  set_class(L);
  lua_pushvalue(L, instance);
  lua_setiuservalue(L, -2, SOCKET_INSTANCE);
  lua_pushvalue(L, declaration);
  lua_setiuservalue(L, -2, SOCKET_DECLARATION);
  return self;
}

void socket_class_open(lua_State *L) {
  lua_newtable(L);
  lua_newtable(L);
  luaL_setfuncs(L, socket_methods, 0);
  lua_setfield(L, -2, "__index");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &methods_key);
}
