/*
** node_script.c - see node_script.h.
*/

#include "bindings/program/node_script.h"

#include <stdio.h>

#include <lauxlib.h>
#include <lualib.h>

#include "bindings/load/loader.h"
#include "bindings/load/private_modules.h"
#include "bindings/load/script_globals.h"
#include "bindings/lua/values.h"
#include "bindings/objects/host_functions.h"
#include "bindings/objects/input.h"
#include "bindings/objects/relay.h"
#include "bindings/objects/socket.h"
#include "bindings/objects/store.h"
#include "bindings/objects/timers_signals.h"
#include "bindings/program/luv.h"
#include "bindings/task/script.h"

/* (entry's bytes, size) -> what instance.load returns */
static int set_up(lua_State *L) {
  luaL_openlibs(L);
  script_globals_open(L);
  loader_open(L);
  if (!script_of(L)->node.world->is_virtual) luv_open(L);
  socket_class_open(L);
  timers_signals_open_class(L);
  input_open_class(L);
  relay_open_class(L);
  store_object_open_class(L);
  lua_pushcfunction(L, private_modules_load);
  lua_newtable(L);
  lua_pushliteral(L, "scripts/node/node.lua");
  lua_pushcfunction(L, host_functions_push);
  lua_pushcfunction(L, private_modules_load);
  lua_call(L, 4, 1);
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, SCRIPT_INSTANCE);
  lua_getfield(L, -1, "load");
  values_unpack(L, lua_touserdata(L, 1), (size_t)lua_tointeger(L, 2));
  lua_pushboolean(L, script_of(L)->node.world->is_virtual);
  lua_call(L, 2, 3);
  return 3;
}

/* () -> what instance.build returns */
static int build(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, SCRIPT_INSTANCE);
  lua_getfield(L, -1, "build");
  lua_call(L, 0, 3);
  return 3;
}

struct failure {
  char *reason;
  size_t room;
  bool *usage;
};

/* Call a function with the 'count' arguments above it: did it return true? Else the reason and the
** user's share in it. */
static bool attempt(lua_State *L, int count, const struct failure *failure) {
  if (lua_pcall(L, count, 3, 0) != LUA_OK) {
    lua_pushnil(L); /* nil, reason, usage */
    lua_insert(L, 1);
    lua_settop(L, 3);
  }
  bool done = lua_toboolean(L, 1);
  if (!done) {
    const char *message = lua_tostring(L, 2);
    snprintf(failure->reason, failure->room, "%s", message != NULL ? message : "unknown error");
    *failure->usage = lua_toboolean(L, 3);
  }
  lua_settop(L, 0);
  return done;
}

static void drop(struct script *script) {
  script_call(script, "close", 0, 0);
  script_free(script);
}

struct script *node_script_load(struct world *world, const char *entry, size_t size, char *reason,
                                size_t room, bool *usage) {
  *usage = false;
  struct script *script = script_new(world);
  if (script == NULL) {
    snprintf(reason, room, "not enough memory");
    return NULL;
  }
  lua_State *L = script->L;
  struct failure failure = {reason, room, usage};
  lua_pushcfunction(L, set_up);
  lua_pushlightuserdata(L, (void *)entry);
  lua_pushinteger(L, (lua_Integer)size);
  if (!attempt(L, 2, &failure)) {
    drop(script);
    return NULL;
  }
  if (world->is_virtual) lua_gc(L, LUA_GCCOLLECT); /* what only loading needed */
  return script;
}

bool node_script_build(struct script *script, char *reason, size_t room) {
  bool usage;
  lua_pushcfunction(script->L, build);
  bool built = attempt(script->L, 0, &(struct failure){reason, room, &usage});
  if (!script->node.world->is_virtual) lua_gc(script->L, LUA_GCCOLLECT);
  if (built && script->memory_cap > 0 && script->memory >= script->memory_cap) {
    built = false;
    snprintf(reason, room, "loading it takes %zu KiB of memory, and it may use %zu",
             script->memory / 1024, script->memory_cap / 1024);
  }
  if (built) {
    node_schedule(&script->node);
  } else {
    drop(script);
  }
  return built;
}

struct script *node_script_new(struct world *world, const char *entry, size_t size, char *reason,
                               size_t room, bool *usage) {
  struct script *script = node_script_load(world, entry, size, reason, room, usage);
  if (script != NULL && !node_script_build(script, reason, room)) script = NULL;
  return script;
}
