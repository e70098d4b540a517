/*
** require.c - see require.h.
*/

#include "bindings/load/require.h"

#include <stdint.h>
#include <string.h>

#include <lauxlib.h>
#include <lualib.h>

#include "bindings/load/search_path.h"
#include "bindings/lua/chunk.h"

/* Record for a file what is on top, which is popped, and call the listener. */
static void note_file(lua_State *L, const char *path) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LOADER_FILES);
  lua_insert(L, -2);
  lua_setfield(L, -2, path);
  lua_pop(L, 1);
  if (lua_getfield(L, LUA_REGISTRYINDEX, LOADER_LISTENER) == LUA_TFUNCTION) {
    lua_pushstring(L, path);
    lua_call(L, 1, 0);
  } else {
    lua_pop(L, 1);
  }
}

bool require_compile(lua_State *L) {
  size_t size;
  uint64_t text_hash;
  const char *path = lua_tostring(L, -2), *text = lua_tolstring(L, -1, &size);
  bool loaded = chunk_load(L, path, text, size, &text_hash);
  lua_pushinteger(L, (lua_Integer)text_hash);
  note_file(L, path);
  lua_replace(L, -3);
  lua_pop(L, 1);
  return loaded;
}

/* Is the file's main function among those that are now running? */
static bool is_loading(lua_State *L, const char *path) {
  lua_Debug frame;
  for (int level = 0; lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "S", &frame);
    if (*frame.what == 'm' && *frame.source == '@' && strcmp(frame.source + 1, path) == 0)
      return true;
  }
  return false;
}

void require_load_once(lua_State *L) {
  int path = lua_gettop(L) - 1, loaded = path + 2;
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushvalue(L, path);
  if (lua_gettable(L, loaded) == LUA_TNIL) {
    if (is_loading(L, lua_tostring(L, path)))
      luaL_error(L, "%s requires itself, directly or through others", lua_tostring(L, path));
    lua_settop(L, loaded);
    lua_pushvalue(L, path);
    lua_pushvalue(L, path + 1);
    if (!require_compile(L)) lua_error(L);
    lua_pushvalue(L, path);
    lua_call(L, 1, 1);
    if (lua_isnil(L, -1)) { /* as Lua has it */
      lua_pop(L, 1);
      lua_pushboolean(L, true);
    }
    lua_pushvalue(L, path);
    lua_pushvalue(L, -2);
    lua_settable(L, loaded);
  }
  lua_replace(L, path);
  lua_settop(L, path);
}

/*
** require
*/

/* The path of the file whose code is running, if the loader loaded it; pushes it. */
static const char *push_own_path(lua_State *L) {
  lua_Debug frame;
  for (int level = 1; lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "S", &frame);
    if (*frame.what == 'C') continue; /* pcall(require, "name") */
    if (*frame.source != '@') return NULL;
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LOADER_FILES);
    lua_getfield(L, -1, frame.source + 1);
    bool own = lua_toboolean(L, -1);
    lua_pop(L, 2);
    return own ? lua_pushstring(L, frame.source + 1) : NULL;
  }
  return NULL;
}

/* Does the error on top say that Lua's require found no module of this name? */
static bool is_not_found(lua_State *L, const char *name) {
  const char *start = lua_pushfstring(L, "module '%s' not found:", name);
  const char *reason = lua_tostring(L, -2);
  bool found = reason != NULL && strncmp(reason, start, strlen(start)) == 0;
  lua_pop(L, 1);
  return found;
}

/* Note where a module was looked for first: it may be created later. */
static void note_missing(lua_State *L, const char *name) {
  const char *folder = search_path_push_folder(L, push_own_path(L));
  if (strchr(name, '/') == NULL) name = luaL_gsub(L, name, ".", "/");
  const char *path = lua_pushfstring(L, "%s%s.lua", folder, name);
  lua_pushboolean(L, false);
  note_file(L, path);
}

/* 'sloop' and 'sloop.loader' are no files: the host puts them in package.loaded. */
static bool is_of_host(const char *name) {
  return strncmp(name, "sloop", 5) == 0 && (name[5] == '\0' || name[5] == '.');
}

/* Push path and text of a module beside the folder of this file, if that is one of a folder
 *patterns/
 ** somewhere else: an old tree's roles go together. */
static bool find_in_own_tree(lua_State *L, const char *name, const char *own) {
  const char *inside = strstr(own, "/patterns/");
  if (inside == NULL || strchr(name, '/') == NULL) return false;
  lua_pushlstring(L, own, (size_t)(inside - own));
  lua_pushfstring(L, "%s/patterns/%s.lua", lua_tostring(L, -1), name);
  lua_remove(L, -2);
  bool found = search_path_file(L, lua_tostring(L, -1));
  lua_remove(L, found ? -3 : -1);
  return found;
}

/* Push path and text of the module that the file at 'own' asks for, unless it is one
** for Lua's own require. */
static bool find_module(lua_State *L, const char *name, const char *own) {
  if (search_path_host_module(L, name)) return true;
  if (own == NULL || is_of_host(name)) return false;
  if (search_path_is_private(L, own)) return search_path_private_module(L, name);
  if (find_in_own_tree(L, name, own)) return true;
  const char *folder = search_path_push_folder(L, own);
  bool found = search_path_module(L, name, folder);
  /* No file means itself: in patterns/x/shared.lua, "shared" is patterns/shared.lua. */
  bool itself = found && strcmp(own, lua_tostring(L, -2)) == 0;
  if (itself && search_path_module(L, name, NULL)) {
    lua_remove(L, -3);
    lua_remove(L, -3);
  }
  return found;
}

/* Push the table of what names have been found to be, by the file that asked: one for each table of
** what is loaded. */
static void push_found(lua_State *L) {
  if (!luaL_getsubtable(L, LUA_REGISTRYINDEX, "sloop.found")) {
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
  }
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushvalue(L, -1);
  if (lua_rawget(L, -3) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, -5);
  }
  lua_replace(L, -3);
  lua_pop(L, 1);
}

/* Push the key of a name that is asked for by a file. */
static void push_asked(lua_State *L, const char *name, const char *own) {
  lua_pushfstring(L, "%s:%s", own, name);
}

/* Push module and path, if this file has found this name before. */
static bool has_found(lua_State *L, const char *name, const char *own) {
  int top = lua_gettop(L);
  push_found(L);
  push_asked(L, name, own);
  if (lua_rawget(L, -2) == LUA_TSTRING) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, -2);
    if (lua_rawget(L, -2) != LUA_TNIL) {
      lua_pushvalue(L, -3);
      return true;
    }
  }
  lua_settop(L, top);
  return false;
}

/* require(name) -> module, path */
static int require(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_settop(L, 1);
  const char *own = push_own_path(L);
  if (own != NULL && has_found(L, name, own)) return 2;
  if (find_module(L, name, own)) {
    if (own != NULL) {
      push_found(L);
      push_asked(L, name, own);
      lua_pushvalue(L, -4);
      lua_rawset(L, -3);
      lua_pop(L, 1);
    }
    lua_pushvalue(L, -2);
    lua_insert(L, 2);
    require_load_once(L);
    lua_insert(L, 2);
    lua_settop(L, 3);
    return 2;
  }
  lua_settop(L, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, 1);
  if (own == NULL) {
    lua_call(L, 1, LUA_MULTRET);
  } else if (lua_pcall(L, 1, LUA_MULTRET, 0) != LUA_OK) {
    if (is_not_found(L, name)) {
      note_missing(L, name);
      luaL_error(L,
                 "module '%s' not found: neither beside this file, nor in patterns/, "
                 "SLOOP_PATH or package.path",
                 name);
    }
    lua_error(L);
  }
  return lua_gettop(L) - 1;
}

/* Upvalues: path and text of a module that was found. */
static int load_found(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, lua_upvalueindex(2));
  require_load_once(L);
  return 1;
}

/* The last of package.searchers: for files that the loader did not load. */
static int search(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  if (!search_path_host_module(L, name) && !search_path_module(L, name, NULL)) {
    lua_pushliteral(L, "no such file in patterns/ or SLOOP_PATH");
    return 1;
  }
  lua_pushvalue(L, -2);
  lua_insert(L, -3);
  lua_pushcclosure(L, load_found, 2);
  lua_insert(L, -2);
  return 2;
}

void require_install(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushcclosure(L, require, 1);
  lua_setglobal(L, "require");
  lua_getglobal(L, LUA_LOADLIBNAME);
  lua_getfield(L, -1, "searchers");
  lua_pushcfunction(L, search);
  lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
  lua_pop(L, 2);
}
