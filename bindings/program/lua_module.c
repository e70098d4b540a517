/*
** lua_module.c - the Lua module 'sloop': for the command line, for programs run by
** 'sloop lua', and for a plain lua5.4.
**
** Its functions are in scripts/command/lua_module.lua; here is what they need from C.
*/

#include <unistd.h>

#include <lua.h>

#include <stdlib.h>

#include <lauxlib.h>

#include "bindings/load/file_cache.h"
#include "bindings/load/loader.h"
#include "bindings/lua/class_helpers.h"
#include "bindings/lua/hash_seed.h"
#include "bindings/lua/values.h"
#include "bindings/objects/relay.h"
#include "bindings/objects/self.h"
#include "bindings/objects/socket.h"
#include "bindings/objects/socket_functions.h"
#include "bindings/objects/store.h"
#include "bindings/objects/timers_signals.h"
#include "bindings/program/coverage.h"
#include "bindings/program/prompt_editor.h"
#include "bindings/program/run_node.h"
#include "bindings/program/run_simulation.h"
#include "bindings/program/run_threads.h"
#include "bindings/program/stored_entries.h"
#include "host/real/os/resolve.h"
#include "host/real/real.h"
#include "host/sim/fault_kinds.h"
#include "host/sim/sim_world.h"

enum { US_PER_MS = 1000 };

int luaopen_sloop(lua_State *L);

/* core.versions() -> "libzmq 4.3.4, libuv 1.44.2, Lua 5.4.4" */
static int core_versions(lua_State *L) {
  char text[128];
  real_versions(text, sizeof text);
  lua_pushfstring(L, "%s, %s", text, LUA_RELEASE);
  return 1;
}

/* core.pid() -> the process's number */
static int core_pid(lua_State *L) {
  lua_pushinteger(L, getpid());
  return 1;
}

/* core.resolve(host, ipv6) -> true | nil, reason: waits for the system's answer */
static int core_resolve(lua_State *L) {
  const char *reason = resolve_check(luaL_checkstring(L, 1), lua_toboolean(L, 2));
  if (reason != NULL) return class_push_reason(L, reason);
  lua_pushboolean(L, 1);
  return 1;
}

/* core.pack(data) -> bytes; core.unpack(bytes) -> data */
static int core_pack(lua_State *L) {
  luaL_checkany(L, 1);
  values_pack(L, 1);
  return 1;
}

static int core_unpack(lua_State *L) {
  size_t size;
  const char *bytes = luaL_checklstring(L, 1, &size);
  values_unpack(L, bytes, size);
  return 1;
}

/* keep_files(on): what is read of script files is kept, or no longer; calls nest. */
static int keep_files(lua_State *L) {
  if (lua_toboolean(L, 1)) {
    file_cache_begin();
  } else {
    file_cache_end();
  }
  return 0;
}

static void set_range(lua_State *L, const char *key, struct sim_range range, lua_Integer unit) {
  if (range.least == 0 && range.most == 0) return;
  lua_createtable(L, 2, 0);
  lua_pushinteger(L, range.least / unit);
  lua_rawseti(L, -2, 1);
  lua_pushinteger(L, range.most / unit);
  lua_rawseti(L, -2, 2);
  lua_setfield(L, -2, key);
}

/* Push the list of the faults that a simulation knows: { name =, every =, duration =, amount = },
** ranges of what happens by default, in the units of a topology; nil where there is none. */
static void push_faults(lua_State *L) {
  lua_newtable(L);
  for (int i = 0; i < SIM_FAULT_KINDS; i++) {
    const struct fault_kind *kind = fault_kinds_get((enum sim_fault_kind)i);
    lua_newtable(L);
    lua_pushstring(L, kind->name);
    lua_setfield(L, -2, "name");
    set_range(L, "every", kind->every, US_PER_MS);
    set_range(L, "duration", kind->duration, US_PER_MS);
    bool timed = fault_kinds_is_timed((enum sim_fault_kind)i);
    set_range(L, "amount", kind->amount, timed ? US_PER_MS : 1);
    lua_rawseti(L, -2, i + 1);
  }
}

/* Push the list of names in this table, which ends with NULL. */
static void push_names(lua_State *L, const luaL_Reg *functions) {
  lua_newtable(L);
  for (lua_Integer i = 0; functions[i].name != NULL; i++) {
    lua_pushstring(L, functions[i].name);
    lua_rawseti(L, -2, i + 1);
  }
}

/* real_path(path) -> the one absolute path without links of this file; or nil */
static int real_path(lua_State *L) {
  char *path = realpath(luaL_checkstring(L, 1), NULL);
  lua_pushstring(L, path);
  free(path);
  return 1;
}

static const luaL_Reg functions[] = {
    {"ask", run_node_ask},
    {"control_folder", run_node_control_folder},
    {"control_folders", run_node_control_folders},
    {"covered", coverage_take},
    {"editor", prompt_editor_new},
    {"files", run_node_files},
    {"log", run_node_log},
    {"notify", run_node_notify},
    {"pack", core_pack},
    {"pid", core_pid},
    {"processors", run_threads_processors},
    {"resolve", core_resolve},
    {"run", run_node},
    {"keep_files", keep_files},
    {"simulate", run_simulation},
    {"real_path", real_path},
    {"signals", timers_signals_names},
    {"socket_options", socket_functions_options},
    {"socket_types", socket_functions_types},
    {"stored", stored_entries_new},
    {"unpack", core_unpack},
    {"up", run_threads_new},
    {"versions", core_versions},
    {NULL, NULL},
};

static void push_core(lua_State *L) {
  luaL_newlib(L, functions);
  push_faults(L);
  lua_setfield(L, -2, "faults");
  lua_pushboolean(L, hash_seed_is_ours()); /* else a simulation could not be repeated */
  lua_setfield(L, -2, "is_program");
  lua_newtable(L); /* names: what each class offers */
  push_names(L, self_methods);
  lua_setfield(L, -2, "self");
  push_names(L, socket_methods);
  lua_setfield(L, -2, "socket");
  push_names(L, relay_methods);
  lua_setfield(L, -2, "relay");
  push_names(L, store_methods);
  lua_setfield(L, -2, "store");
  lua_setfield(L, -2, "names");
}

int luaopen_sloop(lua_State *L) {
  loader_open(L);
  prompt_editor_open_class(L);
  run_node_open_class(L);
  run_simulation_open_class(L);
  run_threads_open_class(L);
  stored_entries_open_class(L);
  if (!loader_load_file(L, "scripts/command/lua_module.lua")) return lua_error(L);
  push_core(L);
  lua_call(L, 1, 1);
  return 1;
}
