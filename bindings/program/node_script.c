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
  lua_call(L, 1, 3);
  return 3;
}

/* Run set_up; the reason and the user's share in it when it fails. */
static bool load(struct script *script, const char *entry, size_t size, char *reason, size_t room,
                 bool *usage) {
  lua_State *L = script->L;
  lua_pushcfunction(L, set_up);
  lua_pushlightuserdata(L, (void *)entry);
  lua_pushinteger(L, (lua_Integer)size);
  if (lua_pcall(L, 2, 3, 0) != LUA_OK) {
    lua_pushnil(L); /* nil, reason, usage */
    lua_insert(L, 1);
    lua_settop(L, 3);
  }
  bool loaded = lua_toboolean(L, 1);
  if (loaded) {
    lua_gc(L, LUA_GCCOLLECT); /* what only loading needed */
    loaded = script->memory_cap == 0 || script->memory < script->memory_cap;
    if (!loaded) {
      snprintf(reason, room, "loading it takes %zu KiB of memory, and it may use %zu",
               script->memory / 1024, script->memory_cap / 1024);
    }
  } else {
    const char *message = lua_tostring(L, 2);
    snprintf(reason, room, "%s", message != NULL ? message : "unknown error");
    *usage = lua_toboolean(L, 3);
  }
  lua_settop(L, 0);
  return loaded;
}

struct script *node_script_new(struct world *world, const char *entry, size_t size, char *reason,
                               size_t room, bool *usage) {
  *usage = false;
  struct script *script = script_new(world);
  if (script == NULL) {
    snprintf(reason, room, "not enough memory");
    return NULL;
  }
  if (load(script, entry, size, reason, room, usage)) {
    node_schedule(&script->node);
    return script;
  }
  script_call(script, "close", 0, 0);
  script_free(script);
  return NULL;
}
