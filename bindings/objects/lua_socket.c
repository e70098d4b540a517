/*
** lua_socket.c - see lua_socket.h.
*/

#include "bindings/objects/lua_socket.h"

#include <lauxlib.h>

#include "bindings/task/task.h"

static const char class_key; /* its address marks a socket */

bool lua_socket_test(lua_State *L, int arg) {
  const struct lua_socket *self = lua_touserdata(L, arg);
  return self != NULL && lua_rawlen(L, arg) == sizeof *self && self->class == &class_key;
}

struct lua_socket *lua_socket_check(lua_State *L, int arg) {
  if (!lua_socket_test(L, arg)) luaL_typeerror(L, arg, "Socket");
  return lua_touserdata(L, arg);
}

struct lua_socket *lua_socket_new(lua_State *L, const struct socket_user *user,
                                  const struct task_source *source) {
  struct node *node = &script_of(L)->node;
  struct lua_socket *self = lua_newuserdatauv(L, sizeof *self, SOCKET_VALUES);
  *self = (struct lua_socket){.class = &class_key, .source = *source};
  socket_init(&self->socket, node, &node->sockets, user);
  list_init(&self->readers);
  list_init(&self->writers);
  return self;
}

void lua_socket_update_wants(struct lua_socket *self) {
  bool reads = self->parallel > 0 ? self->waiting < self->parallel : !list_empty(&self->readers);
  socket_want(&self->socket, WORLD_READABLE, reads);
}

void lua_socket_handle(struct lua_socket *self, int parallel, bool guarded) {
  self->parallel = parallel;
  self->guarded = guarded;
  if (self->socket.world == NULL || self->socket.relay != NULL) return;
  if (self->socket.shut) socket_look_again(&self->socket);
  lua_socket_update_wants(self);
}

void lua_socket_keep(lua_State *L, int index, bool kept) {
  struct lua_socket *self = lua_socket_check(L, index);
  if (kept) {
    lua_pushvalue(L, index);
  } else {
    lua_pushnil(L);
  }
  lua_rawsetp(L, LUA_REGISTRYINDEX, self);
}

static void wake_all(struct list *waiters) {
  struct list *link;
  while ((link = list_first(waiters)) != NULL) task_wake(list_entry(link, struct task, link), 0);
}

void lua_socket_shut_down(struct lua_socket *self) {
  socket_close(&self->socket);
  wake_all(&self->readers); /* they find it closed */
  wake_all(&self->writers);
}
