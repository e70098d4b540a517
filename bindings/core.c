/*
** core.c - see core.h.
*/

#include "bindings/core.h"

#include <string.h>

#include <lauxlib.h>

#include "bindings/relay.h"
#include "bindings/script.h"
#include "bindings/self.h"
#include "bindings/socket.h"
#include "bindings/source.h"
#include "host/sockopt.h"

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
  socket_keep(L, 5, true);
  return 1;
}

/* core.open(socket) -> true | nil, reason, code */
static int core_open(lua_State *L) {
  socket_check(L, 1);
  if (!socket_open_declared(L, 1)) return 3;
  lua_pushboolean(L, 1);
  return 1;
}

/* core.handle(socket, parallel, guarded): 0 handlers: none */
static int core_handle(lua_State *L) {
  socket_handle(socket_check(L, 1), (int)luaL_checkinteger(L, 2), lua_toboolean(L, 3));
  return 0;
}

/* core.release(socket): close it, for good */
static int core_release(lua_State *L) {
  struct lua_socket *self = socket_check(L, 1);
  self->parallel = 0;
  socket_shut_down(self);
  socket_keep(L, 1, false);
  return 0;
}

/* core.task(fatal, function, ...) */
static int core_task(lua_State *L) {
  luaL_checktype(L, 2, LUA_TFUNCTION);
  script_spawn(L, lua_gettop(L) - 2, lua_toboolean(L, 1));
  return 0;
}

/* core.stop_task(function, ...): a task after which comes the next 'stop' */
static int core_stop_task(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  script_spawn_stop(L, lua_gettop(L) - 1);
  return 0;
}

/* core.started(): 'init' is done */
static int core_started(lua_State *L) {
  node_started(&script_of(L)->node);
  return 0;
}

/* core.stop(...): end the node; as 'main' that returns these */
static int core_stop(lua_State *L) {
  script_stop(L, 1);
  return 0;
}

/* core.set_strict(on) */
static int core_set_strict(lua_State *L) {
  script_of(L)->strict = lua_toboolean(L, 1);
  return 0;
}

static int say(lua_State *L, enum world_level level) {
  size_t size;
  const char *text = luaL_checklstring(L, 1, &size);
  struct world *world = script_of(L)->node.world;
  world->functions->log(world, level, text, size);
  return 0;
}

/* core.log(text) */
static int core_log(lua_State *L) {
  return say(L, WORLD_LOG);
}

/* core.warn(text) */
static int core_warn(lua_State *L) {
  return say(L, WORLD_WARN);
}

void core_push_socket_options(lua_State *L) {
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
}

void core_push_socket_types(lua_State *L) {
  lua_newtable(L);
  for (const struct socket_type *each = socket_types; each->name != NULL; each++) {
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, each->name);
  }
}

static const luaL_Reg functions[] = {
    {"handle", core_handle},
    {"log", core_log},
    {"open", core_open},
    {"relay", relay_new_object},
    {"release", core_release},
    {"set_strict", core_set_strict},
    {"signal", source_signal},
    {"socket", core_socket},
    {"started", core_started},
    {"stop", core_stop},
    {"stop_task", core_stop_task},
    {"task", core_task},
    {"timer", source_timer},
    {"warn", core_warn},
    {NULL, NULL},
};

void core_push(lua_State *L) {
  luaL_newlib(L, functions);
  lua_newtable(L);
  luaL_setfuncs(L, self_methods, 0);
  lua_setfield(L, -2, "methods");
  core_push_socket_options(L);
  lua_setfield(L, -2, "socket_options");
  core_push_socket_types(L);
  lua_setfield(L, -2, "socket_types");
}

void core_open_classes(lua_State *L) {
  relay_open_class(L);
}
