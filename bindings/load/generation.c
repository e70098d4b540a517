/*
** generation.c - see generation.h.
**
** The globals of a state are a few slots of the registry and the metatables of the
** basic types. To begin a generation these are saved in a table and filled anew.
*/

#include "bindings/load/generation.h"

#include <stdbool.h>
#include <stddef.h>

#include <lauxlib.h>
#include <lualib.h>

#include "bindings/load/loader.h"
#include "bindings/load/script_globals.h"

enum { GLOBALS = 1, METATABLES, MODULES }; /* what is saved, besides the slots below */
enum { DEEPEST = 3 };                      /* tables within a module's that are put back */

static const char *const slots[] = {LUA_LOADED_TABLE, LUA_PRELOAD_TABLE, LOADER_FILES, NULL};

/* Push a value of each type that has one metatable for all its values. */
static bool push_sample(lua_State *L, int type) {
  switch (type) {
    case LUA_TNIL:
      lua_pushnil(L);
      return true;
    case LUA_TBOOLEAN:
      lua_pushboolean(L, 0);
      return true;
    case LUA_TLIGHTUSERDATA:
      lua_pushlightuserdata(L, NULL);
      return true;
    case LUA_TNUMBER:
      lua_pushinteger(L, 0);
      return true;
    case LUA_TSTRING:
      lua_pushliteral(L, "");
      return true;
    case LUA_TFUNCTION:
      lua_pushcfunction(L, generation_globals);
      return true;
    case LUA_TTHREAD:
      lua_pushthread(L);
      return true;
    default:
      return false;
  }
}

/* Is the module under the key at index -2 of LOADED the same in all generations?
** Not one the loader loaded, nor one of Lua's own libraries. */
static bool is_kept(lua_State *L) {
  static const char *const libraries[] = {
      LUA_GNAME,     LUA_LOADLIBNAME, LUA_COLIBNAME,   LUA_TABLIBNAME,  LUA_IOLIBNAME,
      LUA_OSLIBNAME, LUA_STRLIBNAME,  LUA_MATHLIBNAME, LUA_UTF8LIBNAME, LUA_DBLIBNAME,
      NULL};
  if (lua_type(L, -2) != LUA_TSTRING) return true;
  const char *name = lua_tostring(L, -2);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LOADER_FILES);
  bool loaded = lua_getfield(L, -1, name) != LUA_TNIL && lua_toboolean(L, -1);
  lua_pop(L, 2);
  if (loaded) return false;
  for (int i = 0; libraries[i] != NULL; i++) {
    lua_pushstring(L, libraries[i]);
    bool same = lua_rawequal(L, -1, -3);
    lua_pop(L, 1);
    if (same) return false;
  }
  return true;
}

/* Note in the table at 'saved' what is in the table on top, table -> copy, and in
** those within it. */
static void save_table(lua_State *L, int saved, int depth) {
  luaL_checkstack(L, 6, "modules are too deep");
  lua_pushvalue(L, -1);
  if (lua_rawget(L, saved) != LUA_TNIL) {
    lua_pop(L, 1);
    return;
  }
  lua_pop(L, 1);
  int table = lua_gettop(L);
  lua_newtable(L);
  lua_pushvalue(L, table);
  lua_pushvalue(L, -2);
  lua_rawset(L, saved);
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, table + 1);
    if (lua_istable(L, -1) && depth < DEEPEST) save_table(L, saved, depth + 1);
  }
  lua_settop(L, table);
}

/* Push { ... } of all that a generation consists of. */
static void push_saved(lua_State *L) {
  lua_createtable(L, 3, 3);
  int saved = lua_gettop(L);
  lua_pushglobaltable(L);
  lua_rawseti(L, saved, GLOBALS);
  for (int i = 0; slots[i] != NULL; i++) {
    lua_getfield(L, LUA_REGISTRYINDEX, slots[i]);
    lua_setfield(L, saved, slots[i]);
  }
  lua_newtable(L);
  for (int type = 0; type < LUA_NUMTYPES; type++) {
    if (!push_sample(L, type)) continue;
    if (lua_getmetatable(L, -1)) lua_rawseti(L, saved + 1, type + 1);
    lua_pop(L, 1);
  }
  lua_rawseti(L, saved, METATABLES);
  lua_newtable(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  for (lua_pushnil(L); lua_next(L, saved + 2) != 0; lua_settop(L, saved + 3)) {
    if (lua_istable(L, -1) && is_kept(L)) save_table(L, saved + 1, 0);
  }
  lua_pop(L, 1);
  lua_rawseti(L, saved, MODULES);
}

/* Give the table at 'table' the fields of the one at 'copy'. */
static void refill(lua_State *L, int table, int copy) {
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
    lua_pushvalue(L, -2);
    if (lua_rawget(L, copy) == LUA_TNIL) {
      lua_pushvalue(L, -3);
      lua_pushnil(L);
      lua_rawset(L, table);
    }
    lua_pop(L, 1);
  }
  for (lua_pushnil(L); lua_next(L, copy) != 0;) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, table);
  }
}

static void set_metatables(lua_State *L, int saved) {
  lua_rawgeti(L, saved, METATABLES);
  int metatables = lua_gettop(L);
  for (int type = 0; type < LUA_NUMTYPES; type++) {
    if (!push_sample(L, type)) continue;
    lua_rawgeti(L, metatables, type + 1);
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

int generation_restore(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_rawgeti(L, 1, GLOBALS);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  for (int i = 0; slots[i] != NULL; i++) {
    lua_getfield(L, 1, slots[i]);
    lua_setfield(L, LUA_REGISTRYINDEX, slots[i]);
  }
  set_metatables(L, 1);
  lua_rawgeti(L, 1, MODULES);
  for (lua_pushnil(L); lua_next(L, 2) != 0; lua_pop(L, 1)) {
    refill(L, lua_absindex(L, -2), lua_absindex(L, -1));
  }
  return 0;
}

void generation_preload(lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, GENERATION_PRELOAD);
  int from = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, from) != 0;) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, from - 1);
  }
  lua_pop(L, 2);
}

/* (saved): install fresh globals */
static int fill(lua_State *L) {
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_newtable(L);
  int loaded = lua_gettop(L);
  lua_getfield(L, 1, LUA_LOADED_TABLE);
  for (lua_pushnil(L); lua_next(L, loaded + 1) != 0; lua_settop(L, loaded + 2)) {
    if (!is_kept(L)) continue;
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, loaded);
  }
  lua_settop(L, loaded);
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  for (int i = 1; slots[i] != NULL; i++) {
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, slots[i]);
  }
  for (int type = 0; type < LUA_NUMTYPES; type++) {
    if (!push_sample(L, type)) continue;
    lua_pushnil(L);
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
  }
  luaL_openlibs(L);
  script_globals_open(L);
  loader_open(L);
  generation_preload(L);
  return 0;
}

int generation_begin(lua_State *L) {
  lua_settop(L, 0);
  push_saved(L);
  lua_pushcfunction(L, generation_restore);
  lua_pushcfunction(L, fill);
  lua_pushvalue(L, 1);
  if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
    lua_insert(L, 2);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 0);
    return lua_error(L);
  }
  lua_settop(L, 1);
  return 1;
}

int generation_drop(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_getfield(L, 1, LUA_LOADED_TABLE);
  lua_getfield(L, 1, LOADER_FILES);
  for (lua_pushnil(L); lua_next(L, 3) != 0; lua_settop(L, 4)) {
    lua_pushvalue(L, 4);
    lua_pushnil(L);
    lua_rawset(L, 2);
  }
  return 0;
}

int generation_globals(lua_State *L) {
  lua_pushglobaltable(L);
  return 1;
}
