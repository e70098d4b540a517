/*
** socket_functions.c - see socket_functions.h.
*/

#include "bindings/objects/socket_functions.h"

#include <lauxlib.h>

#include "bindings/objects/connections.h"
#include "bindings/objects/socket.h"
#include "bindings/objects/socket_options.h"
#include "host/core/socket_options.h"
/* core.socket(instance, name, declaration, events) -> socket, closed; kept until
** it is released */
static int core_socket(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 4);
  socket_new(L, 1, 3);
  lua_pushvalue(L, 2);
  lua_setiuservalue(L, 5, SOCKET_NAME);
  lua_pushvalue(L, 4);
  lua_setiuservalue(L, 5, SOCKET_EVENTS);
  lua_socket_keep(L, 5, true);
  return 1;
}

/* core.open(socket) -> true | nil, reason, code */
static int core_open(lua_State *L) {
  lua_socket_check(L, 1);
  if (!socket_options_open(L, 1)) return 3;
  lua_pushboolean(L, 1);
  return 1;
}

/* core.handle(socket, parallel, guarded): 0 handlers: none */
static int core_handle(lua_State *L) {
  lua_socket_handle(lua_socket_check(L, 1), (int)luaL_checkinteger(L, 2), lua_toboolean(L, 3));
  return 0;
}

/* core.release(socket): close it, for good */
static int core_release(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  self->parallel = 0;
  lua_socket_shut_down(self);
  lua_socket_keep(L, 1, false);
  return 0;
}

/* core.swap(socket, other): what each stands for, so that tasks that wait for one
** go on with what the other had */
static int core_swap(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1), *other = lua_socket_check(L, 2);
  socket_swap(&self->socket, &other->socket);
  for (int value = SOCKET_DECLARATION; value <= SOCKET_EVENTS; value++) {
    lua_getiuservalue(L, 1, value);
    lua_getiuservalue(L, 2, value);
    lua_setiuservalue(L, 1, value);
    lua_setiuservalue(L, 2, value);
  }
  socket_options_show_endpoints(L, 1);
  socket_options_show_endpoints(L, 2);
  return 0;
}

/* core.declare(socket, declaration, events): replace what it was declared as */
static int core_declare(lua_State *L) {
  lua_socket_check(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 3);
  lua_setiuservalue(L, 1, SOCKET_EVENTS);
  lua_setiuservalue(L, 1, SOCKET_DECLARATION);
  return 0;
}

/* core.set_option(socket, name, value) -> true | nil, reason, code; of an open one */
static int core_set_option(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  luaL_argcheck(L, self->socket.world != NULL, 1, "socket is closed");
  luaL_checkany(L, 3);
  if (!socket_options_set(L, self, luaL_checkstring(L, 2), 3)) return 3;
  lua_pushboolean(L, 1);
  return 1;
}

/* core.get_option(socket, name) -> its value; only of those that are live */
static int core_get_option(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  const struct sockopt *option = sockopt_find(luaL_checkstring(L, 2));
  int value = 0;
  size_t size = sizeof value;
  const struct world_functions *world = self->socket.node->world->functions;
  if (self->socket.world == NULL || option == NULL || !option->live ||
      option->kind > SOCKOPT_INTEGER ||
      world->get(self->socket.world, option->option, &value, &size) != 0) {
    return 0;
  }
  if (option->kind == SOCKOPT_BOOLEAN) {
    lua_pushboolean(L, value);
  } else {
    lua_pushinteger(L, value);
  }
  return 1;
}

static void set_count(lua_State *L, const char *name, uint64_t count) {
  lua_pushinteger(L, (lua_Integer)count);
  lua_setfield(L, -2, name);
}

/* core.counts(socket) -> { received =, sent =, dropped =, unreachable =, full =,
** connections = see connections.h } */
static int core_counts(lua_State *L) {
  const struct socket_counts *counts = &lua_socket_check(L, 1)->socket.counts;
  lua_createtable(L, 0, 6);
  connections_push(L, 1);
  lua_setfield(L, -2, "connections");
  set_count(L, "received", counts->in);
  set_count(L, "sent", counts->out);
  set_count(L, "dropped", counts->dropped);
  set_count(L, "unreachable", counts->unreachable);
  set_count(L, "full", counts->full);
  return 1;
}

/* core.is_open(socket) -> boolean */
static int core_is_open(lua_State *L) {
  lua_pushboolean(L, lua_socket_check(L, 1)->socket.world != NULL);
  return 1;
}

/* core.socket_options() -> { name = kind } of libzmq's options */
int socket_functions_options(lua_State *L) {
  static const char *const kinds[] = {[SOCKOPT_BOOLEAN] = "boolean",
                                      [SOCKOPT_INTEGER] = "integer",
                                      [SOCKOPT_LONG] = "integer",
                                      [SOCKOPT_STRING] = "string",
                                      [SOCKOPT_BINARY] = "binary"};
  lua_newtable(L);
  for (const struct sockopt *each = sockopt_table; each->name != NULL; each++) {
    lua_pushstring(L, kinds[each->kind]);
    lua_setfield(L, -2, each->name);
  }
  return 1;
}

/* core.socket_types() -> { name = true } */
int socket_functions_types(lua_State *L) {
  lua_newtable(L);
  for (const struct socket_type *each = socket_types; each->name != NULL; each++) {
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, each->name);
  }
  return 1;
}

const luaL_Reg socket_functions[] = {
    {"counts", core_counts},
    {"declare", core_declare},
    {"get_option", core_get_option},
    {"handle", core_handle},
    {"is_open", core_is_open},
    {"open", core_open},
    {"release", core_release},
    {"set_option", core_set_option},
    {"socket", core_socket},
    {"socket_options", socket_functions_options},
    {"socket_types", socket_functions_types},
    {"swap", core_swap},
    {NULL, NULL},
};
