/*
** loader.c - loads scripts: modules, roles, commands.
**
** Where a script is found is in search_path.c; what a role must look like is checked in
** scripts/.
*/

#include "bindings/load/loader.h"

#include <string.h>

#include <lauxlib.h>
#include <lualib.h>

#include "bindings/load/search_path.h"
#include "bindings/lua/chunk.h"

/*
** For the host and for commands
*/

/* Call a function with the 'count' arguments above it. An error becomes nil and
** its message. */
static bool attempt(lua_State *L, int count, int results) {
  if (lua_pcall(L, count, results, 0) == LUA_OK) return true;
  lua_pushnil(L);
  luaL_tolstring(L, -2, NULL);
  lua_remove(L, -3);
  return false;
}

/* Upvalue: a function below. Its results; or nil, reason. */
static int guarded(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  attempt(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

/* source(path) -> text */
static int source(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  if (!search_path_file(L, path)) luaL_error(L, "no such file: %s", path);
  return 1;
}

static int entries(lua_State *L) {
  search_path_entries(L, luaL_checkstring(L, 1));
  return 1;
}

static int built_in(lua_State *L) {
  search_path_built_in(L);
  return 1;
}

/* Call this function of scripts/base/script_files.lua with a text and what it asks of C. */
static void call_script_files(lua_State *L, const char *function, const char *text) {
  static const luaL_Reg host[] = {
      {"built_in", built_in}, {"entries", entries}, {"source", source}, {NULL, NULL}};
  if (!search_path_file(L, "scripts/base/script_files.lua")) luaL_error(L, "no script_files.lua");
  require_load_once(L);
  lua_getfield(L, -1, function);
  lua_pushstring(L, text);
  luaL_newlib(L, host);
  lua_call(L, 2, 1);
}

static int unknown_role(lua_State *L, const char *name) {
  call_script_files(L, "unknown", name);
  return lua_error(L);
}

/* find_role(name [, from]) -> path, text */
static int find_role(lua_State *L) {
  const char *name = luaL_checkstring(L, 1), *from = luaL_optstring(L, 2, NULL);
  return search_path_role(L, name, from) ? 2 : unknown_role(L, name);
}

/* Raise that the file at 'path' returns the value on top, which is no role. */
static int refuse_role(lua_State *L, const char *path) {
  if (!lua_isboolean(L, -1)) {
    return luaL_error(L, "%s: returns a %s, and a role is a table", path, luaL_typename(L, -1));
  }
  lua_pushnil(L);
  if (search_path_file(L, "scripts/check/forgotten_return.lua")) {
    require_load_once(L);
    if (search_path_file(L, path)) {
      lua_remove(L, -2);
      lua_call(L, 1, 1);
    }
  }
  if (lua_isstring(L, -1)) {
    return luaL_error(L, "%s: returns nothing, and a role is a table: is 'return %s' missing?",
                      path, lua_tostring(L, -1));
  }
  return luaL_error(L, "%s: returns nothing, and a role is a table", path);
}

/* load_role(name [, from]) -> role, path */
static int load_role(lua_State *L) {
  find_role(L);
  lua_pushvalue(L, -2);
  lua_insert(L, -3);
  require_load_once(L);
  if (!lua_istable(L, -1)) return refuse_role(L, lua_tostring(L, -2));
  lua_insert(L, -2);
  return 2;
}

/* load(path) -> function */
static int load_file(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  if (!search_path_file(L, path)) luaL_error(L, "no such file: %s", path);
  if (!require_compile(L)) lua_error(L);
  return 1;
}

/* list([folder]) -> { { name =, path =, comment = }, ... }, in order of name */
static int list(lua_State *L) {
  call_script_files(L, "list", luaL_optstring(L, 1, "patterns/"));
  return 1;
}

/* hashes() -> { path -> hash | false } */
static int hashes(lua_State *L) {
  lua_settop(L, 0);
  lua_newtable(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LOADER_FILES);
  for (lua_pushnil(L); lua_next(L, 2) != 0; lua_settop(L, 3)) {
    lua_pushvalue(L, 3);
    lua_pushvalue(L, 4);
    lua_rawset(L, 1);
  }
  lua_settop(L, 1);
  return 1;
}

/* hash(path) -> hash */
static int hash(lua_State *L) {
  size_t size;
  source(L);
  const char *text = lua_tolstring(L, -1, &size);
  lua_pushinteger(L, (lua_Integer)chunk_hash(text, size));
  return 1;
}

/* is_loaded(path) -> boolean */
static int is_loaded(lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LOADER_FILES);
  lua_pushvalue(L, 1);
  lua_rawget(L, -2);
  lua_pushboolean(L, lua_toboolean(L, -1));
  return 1;
}

/* place_of(function) -> source, line; nothing of one in C. debug.getinfo makes a string of what
 *lies on
 ** C's stack, and whether Lua finds an older one then depends on addresses that do not repeat. */
static int place_of(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  if (lua_iscfunction(L, 1)) return 0;
  lua_Debug frame;
  lua_settop(L, 1);
  lua_getinfo(L, ">S", &frame);
  lua_pushlstring(L, frame.source, frame.srclen);
  lua_pushinteger(L, frame.linedefined);
  return 2;
}

/* is_written(path) -> boolean */
static int is_written(lua_State *L) {
  lua_pushboolean(L, search_path_is_written(luaL_checkstring(L, 1)));
  return 1;
}

bool loader_load_file(lua_State *L, const char *path) {
  lua_pushcfunction(L, load_file);
  lua_pushstring(L, path);
  bool loaded = attempt(L, 1, 1);
  if (!loaded) lua_remove(L, -2);
  return loaded;
}

/*
** Opening
*/

static const luaL_Reg functions[] = {
    {"find_role", find_role},   {"hash", hash},     {"hashes", hashes},  {"is_loaded", is_loaded},
    {"is_written", is_written}, {"list", list},     {"load", load_file}, {"load_role", load_role},
    {"place_of", place_of},     {"source", source}, {NULL, NULL},
};

static int open_module(lua_State *L) {
  lua_newtable(L);
  for (const luaL_Reg *function = functions; function->name != NULL; function++) {
    lua_pushcfunction(L, function->func);
    lua_pushcclosure(L, guarded, 1);
    lua_setfield(L, -2, function->name);
  }
  return 1;
}

void loader_open(lua_State *L) {
  if (luaL_getsubtable(L, LUA_REGISTRYINDEX, LOADER_FILES)) {
    lua_pop(L, 1);
    return;
  }
  lua_pop(L, 1);
  require_install(L);
  luaL_requiref(L, "sloop.loader", open_module, false);
  lua_pop(L, 1);
}
