/*
** dispatch.c - see dispatch.h.
**
** A drain is one task whose body takes message after message and calls the
** handler for each, so that the plain path makes no coroutine and pays for no
** resume. When the handler waits, the drain is parked with it, and ends after
** it. A socket without a handler wakes the tasks in recv instead. No connection event is
** left out, so if their handler waits, the next may overtake it.
*/

#include "bindings/objects/dispatch.h"

#include <errno.h>

#include <lauxlib.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/lua/frames.h"
#include "bindings/objects/connections.h"
#include "bindings/objects/instance.h"
#include "bindings/objects/lua_socket.h"
#include "bindings/task/report.h"
#include "bindings/task/report_error.h"
#include "bindings/task/script.h"
#include "bindings/task/task.h"
#include "host/core/socket_options.h"

static struct lua_socket *from_host(struct socket *socket) {
  return (struct lua_socket *)socket;
}

static bool drain_waits_for(struct lua_socket *self) {
  return self->socket.world != NULL && self->socket.served < SOCKET_BURST &&
         node_may_run(self->socket.node);
}

/* Does on.<name>'s guard let a message in? Stack: socket, instance, name. */
static bool guard_holds(lua_State *L) {
  struct lua_socket *self = lua_touserdata(L, 1);
  int top = lua_gettop(L);
  self->asking = true;
  lua_getiuservalue(L, 1, SOCKET_DECLARATION);
  lua_getfield(L, -1, "when");
  lua_rawgeti(L, 2, INSTANCE_SELF);
  lua_call(L, 1, 1);
  self->asking = false;
  bool holds = lua_toboolean(L, -1);
  lua_settop(L, top);
  return holds;
}

/* What a drain has on its stack; a handler's results come behind it. */
enum { DRAIN_SOCKET = 1, DRAIN_INSTANCE, DRAIN_NAME, DRAIN_ON, DRAIN_SELF, DRAIN_RESULTS };

/* What the handler returned is a REP's reply. */
static void reply(lua_State *L, struct lua_socket *self) {
  if (lua_gettop(L) < DRAIN_RESULTS || self->socket.world == NULL) return;
  frames_check(L, DRAIN_RESULTS);
  frames_from_lua(L, DRAIN_RESULTS, lua_socket_frames(self), script_of(L)->loans);
  if (socket_send(&self->socket, lua_socket_frames(self)) == 0) return;
  int error = errno;
  frames_clear(lua_socket_frames(self));
  luaL_error(L, "cannot reply: %s", class_error_text(error));
}

static int drain_resumed(lua_State *L, int status, lua_KContext context);

/* Push on.<name>, looked up now, and self. */
static void push_handler(lua_State *L) {
  lua_pushvalue(L, DRAIN_NAME);
  if (lua_rawget(L, DRAIN_ON) != LUA_TFUNCTION) {
    lua_settop(L, DRAIN_NAME);
    instance_push_handler(L, DRAIN_INSTANCE, DRAIN_NAME); /* which says what is wrong */
  }
  lua_pushvalue(L, DRAIN_SELF);
}

/* Stack: socket, instance, name. */
static int drain(lua_State *L) {
  struct lua_socket *self = lua_touserdata(L, DRAIN_SOCKET);
  bool replies = self->socket.type == ZMQ_REP;
  lua_rawgeti(L, DRAIN_INSTANCE, INSTANCE_ON);
  lua_rawgeti(L, DRAIN_INSTANCE, INSTANCE_SELF);
  while (drain_waits_for(self)) {
    if (self->guarded && !guard_holds(L)) {
      socket_shut(&self->socket);
      break;
    }
    if (socket_receive(&self->socket, lua_socket_frames(self)) != 0) break;
    node_count_run(self->socket.node);
    self->owes = replies;
    self->out_before = self->socket.counts.out;
    push_handler(L);
    int frames = frames_to_lua(L, lua_socket_frames(self));
    lua_callk(L, frames + 1, replies ? LUA_MULTRET : 0, 0, drain_resumed);
    if (replies) {
      reply(L, self);
      lua_settop(L, DRAIN_SELF);
    }
  }
  return 0;
}

/* The handler had waited, and is done: so is this drain. */
static int drain_resumed(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  struct lua_socket *self = lua_touserdata(L, 1);
  if (self->socket.type == ZMQ_REP) reply(L, self);
  return 0;
}

static struct lua_socket *of_source(struct task_source *source) {
  return (struct lua_socket *)((char *)source - offsetof(struct lua_socket, source));
}

static void drain_waiting(struct task_source *source, bool waits) {
  struct lua_socket *self = of_source(source);
  self->waiting += waits ? 1 : -1;
  lua_socket_update_wants(self);
}

static void push_place(struct task_source *source, lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, of_source(source));
  lua_getiuservalue(L, -1, SOCKET_INSTANCE);
  lua_getiuservalue(L, -2, SOCKET_NAME);
  instance_push_place(L, lua_gettop(L) - 1, lua_gettop(L));
}

/* (socket) -> text, or nil when it has been reported before */
static int describe_no_reply(lua_State *L) {
  struct lua_socket *self = lua_touserdata(L, 1);
  push_place(&self->source, L);
  lua_pushfstring(L, "%s returned no reply and sent none: the client gets an empty frame",
                  lua_tostring(L, -1));
  return report_is_known(L, NULL) ? 0 : 1;
}

/* A REP that has read a request and ended without a reply answers with an empty frame;
** but not when the node ends, since the client had better ask another. */
static void reply_if_owed(struct lua_socket *self, bool failed) {
  bool owes = self->owes && self->socket.counts.out == self->out_before;
  self->owes = false;
  if (!owes || self->socket.world == NULL || self->socket.node->phase == NODE_ENDED) return;
  if (!failed) {
    report_protected(self->socket.node->script, WORLD_WARN, describe_no_reply, self);
  }
  struct frames *frames = lua_socket_frames(self);
  frames_clear(frames);
  zmq_msg_init(&frames->frame[0]);
  frames->count = 1;
  if (socket_send(&self->socket, frames) != 0) frames_clear(frames);
}

static void drain_ended(struct task_source *source, bool failed) {
  struct lua_socket *self = of_source(source);
  if (!self->asking) {
    reply_if_owed(self, failed);
    return;
  }
  self->asking = false; /* a guard that fails says no */
  if (self->socket.world != NULL) socket_shut(&self->socket);
}

static void start_drain(struct lua_socket *self) {
  struct task *task = task_new(self->socket.node->script);
  if (task == NULL) return;
  lua_State *L = task->thread;
  task->source = &self->source;
  lua_pushcfunction(L, drain);
  lua_rawgetp(L, LUA_REGISTRYINDEX, self);
  lua_getiuservalue(L, -1, SOCKET_INSTANCE);
  lua_getiuservalue(L, -2, SOCKET_NAME);
  task_run(task, 3);
}

/* Push the socket that these tasks wait for, which is their first value: after
** what they do it might be garbage. */
static void hold(lua_State *L, struct list *waiters) {
  struct list *link = list_first(waiters);
  if (link == NULL) {
    lua_pushnil(L);
    return;
  }
  lua_State *thread = list_entry(link, struct task, link)->thread;
  lua_pushvalue(thread, 1);
  lua_xmove(thread, L, 1);
}

/* (socket) -> text, or nil when it has been reported before */
static int describe_drops(lua_State *L) {
  struct lua_socket *self = lua_touserdata(L, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, self);
  if (lua_isuserdata(L, -1)) lua_getiuservalue(L, -1, SOCKET_NAME);
  const char *name =
      lua_isstring(L, -1) ? lua_tostring(L, -1) : socket_type_name(self->socket.type);
  lua_pushfstring(L, "%s: dropped a message of more than %d frames", name, (int)WORLD_MAX_FRAMES);
  return report_is_known(L, NULL) ? 0 : 1;
}

static void report_drops(struct lua_socket *self) {
  if (self->reported_drops == self->socket.counts.dropped) return;
  self->reported_drops = self->socket.counts.dropped;
  report_protected(self->socket.node->script, WORLD_WARN, describe_drops, self);
}

static void serve_readers(struct lua_socket *self) {
  struct socket *socket = &self->socket;
  lua_State *L = socket->node->script->L;
  struct list *link;
  hold(L, &self->readers);
  while (socket->world != NULL && (socket->world->ready & WORLD_READABLE) != 0 &&
         socket->served < SOCKET_BURST && node_may_run(socket->node) &&
         (link = list_first(&self->readers)) != NULL) {
    task_resume(list_entry(link, struct task, link), 0);
  }
  lua_socket_update_wants(self);
  lua_pop(L, 1);
}

static void serve(struct socket *socket) {
  struct lua_socket *self = from_host(socket);
  lua_State *L = socket->node->script->L;
  lua_rawgetp(L, LUA_REGISTRYINDEX, self); /* it may be released below */
  if (self->parallel > 0) {
    start_drain(self);
  } else {
    serve_readers(self);
  }
  report_drops(self);
  lua_pop(L, 1);
}

static void room(struct socket *socket) {
  struct lua_socket *self = from_host(socket);
  lua_State *L = socket->node->script->L;
  uint64_t full = socket->counts.full;
  struct list *link;
  hold(L, &self->writers);
  while (socket->world != NULL && socket->counts.full == full &&
         (link = list_first(&self->writers)) != NULL) {
    task_resume(list_entry(link, struct task, link), 0);
  }
  if (list_empty(&self->writers)) socket_want(socket, WORLD_WRITABLE, false);
  lua_pop(L, 1);
}

/* (socket) -> boolean, outside any task. */
static int ask_guard(lua_State *L) {
  lua_settop(L, 1);
  lua_getiuservalue(L, 1, SOCKET_INSTANCE);
  lua_getiuservalue(L, 1, SOCKET_NAME);
  lua_pushboolean(L, guard_holds(L));
  return 1;
}

static bool guard(struct socket *socket) {
  struct script *script = socket->node->script;
  lua_pushcfunction(script->L, ask_guard);
  lua_rawgetp(script->L, LUA_REGISTRYINDEX, from_host(socket));
  bool holds = script_ask(script, 1);
  from_host(socket)->asking = false; /* also when it failed */
  return holds;
}

/* ---- connection events ---- */

/* The handler had waited, and is done. */
static int handled(lua_State *L, int status, lua_KContext context) {
  (void)L, (void)status, (void)context;
  return 0;
}

/* Stack: instance, name, event's name, endpoint, detail. */
static int call_connection_handler(lua_State *L) {
  instance_push_handler(L, 1, 2);
  lua_rotate(L, 3, 2);
  lua_callk(L, 4, 0, 0, handled);
  return 0;
}

/* (socket, event) -> nothing, both as pointers. */
static int spawn_connection(lua_State *L) {
  struct lua_socket *socket = lua_touserdata(L, 1);
  const struct world_event *event = lua_touserdata(L, 2);
  struct script *script = script_of(L);
  lua_pushcfunction(L, call_connection_handler);
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, socket) == LUA_TNIL) return 0; /* it just went */
  connections_note(L, lua_gettop(L), event);
  lua_getiuservalue(L, -1, SOCKET_INSTANCE);
  if (lua_getiuservalue(L, -2, SOCKET_EVENTS) == LUA_TNIL) return 0; /* no handler for it */
  lua_remove(L, -3);
  lua_pushstring(L, event->name);
  lua_pushstring(L, event->endpoint);
  lua_pushinteger(L, event->detail);
  struct task *task = task_new(script);
  if (task == NULL) return luaL_error(L, "not enough memory");
  lua_xmove(L, task->thread, 6);
  script_spawn_event(script, task, 5);
  return 0;
}

static void connection(struct socket *socket, const struct world_event *event) {
  struct script *script = socket->node->script;
  lua_State *L = script->L;
  lua_pushcfunction(L, spawn_connection);
  lua_pushlightuserdata(L, socket);
  lua_pushlightuserdata(L, (void *)event);
  if (lua_pcall(L, 2, 0, 0) != LUA_OK) report_error_outside(script);
}

const struct socket_user dispatch_user = {
    .serve = serve, .room = room, .guard = guard, .connection = connection};

const struct task_source dispatch_source = {
    .waiting = drain_waiting, .ended = drain_ended, .push_place = push_place};
