/*
** private_modules.c - see private_modules.h.
**
** While a tool is loaded, the registry's tables of what is loaded are those of the
** box, and the box keeps the state's.
*/

#include "bindings/load/private_modules.h"

#include <stdbool.h>

#include <lauxlib.h>

#include "bindings/load/loader.h"

#define IN_USE "in use"

/* What is the box's own while a tool is loaded; it has no listener. */
static const char *const slots[] = {LUA_LOADED_TABLE, LOADER_FILES, LOADER_LISTENER, NULL};

/* A new box knows the loader and nothing else. */
static void fill(lua_State *L, int box) {
  luaL_getsubtable(L, box, LUA_LOADED_TABLE);
  luaL_getsubtable(L, box, LOADER_FILES);
  lua_pop(L, 2);
  lua_getfield(L, box, LUA_LOADED_TABLE);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, -1, "sloop.loader");
  lua_setfield(L, -3, "sloop.loader");
  lua_pop(L, 2);
  lua_pushboolean(L, false);
  lua_setfield(L, box, IN_USE);
}

/* Swap the state's slots with those of the box. Needs no memory. */
static void swap(lua_State *L, int box, bool in_use) {
  for (int i = 0; slots[i] != NULL; i++) {
    lua_getfield(L, LUA_REGISTRYINDEX, slots[i]);
    lua_getfield(L, box, slots[i]);
    lua_setfield(L, LUA_REGISTRYINDEX, slots[i]);
    lua_setfield(L, box, slots[i]);
  }
  lua_pushboolean(L, in_use);
  lua_setfield(L, box, IN_USE);
}

/* (path, ...) -> what the file returns */
static int run(lua_State *L) {
  if (!loader_load_file(L, lua_tostring(L, 1))) return lua_error(L);
  lua_replace(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

int private_modules_load(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkstring(L, 2);
  lua_getfield(L, 1, IN_USE);
  bool nested = lua_toboolean(L, -1); /* a tool asks for another */
  lua_pop(L, 1);
  if (!nested) fill(L, 1);
  lua_pushcfunction(L, run);
  lua_insert(L, 2);
  if (!nested) swap(L, 1, true);
  int status = lua_pcall(L, lua_gettop(L) - 2, 1, 0);
  if (!nested) swap(L, 1, false);
  return status == LUA_OK ? 1 : lua_error(L);
}
