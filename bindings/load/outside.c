/*
** outside.c - see outside.h.
**
** Files, the environment and luv are warned of when they are used. Addresses of what Lua has
** allocated are the same in every run, and so are those of the program's functions; those of
** libraries, of C's files and of other people's objects are not, so they are looked for where
** addresses become text.
*/

#include "bindings/load/outside.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#include "bindings/task/script_state.h"

static const struct {
  const char *library, *name;
} outside[] = {{"io", "open"},        {"io", "popen"},   {"io", "lines"},   {"io", "read"},
               {"io", "input"},       {"io", "output"},  {"io", "tmpfile"}, {"os", "getenv"},
               {"os", "tmpname"},     {"os", "execute"}, {"os", "remove"},  {"os", "rename"},
               {"package", "loadlib"}};

enum { OUTSIDE = sizeof outside / sizeof *outside, LUV = OUTSIDE, ADDRESS, WARNINGS };

/* Once a process. */
static void warn(int number, const char *name) {
  static bool warned[WARNINGS];
  if (warned[number]) return;
  warned[number] = true;
  fprintf(stderr,
          "sloop: a simulated node uses %s: what is outside the simulation is not drawn from the "
          "seed, so the run may not repeat\n",
          name);
}

/* The function that is upvalue 1, called with all arguments. */
static int call_original(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

/* Upvalues: the function, its number. */
static int call_outside(lua_State *L) {
  int number = (int)lua_tointeger(L, lua_upvalueindex(2));
  char name[32];
  snprintf(name, sizeof name, "%s.%s", outside[number].library, outside[number].name);
  script_of(L)->looks_out = true;
  warn(number, name);
  return call_original(L);
}

/* A searcher that finds nothing. */
static int search_luv(lua_State *L) {
  if (strcmp(luaL_checkstring(L, 1), "luv") == 0) warn(LUV, "luv");
  lua_pushliteral(L, "not simulated");
  return 1;
}

static void search_first(lua_State *L, lua_CFunction search) {
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "searchers");
  for (lua_Integer i = (lua_Integer)lua_rawlen(L, -1); i >= 1; i--) {
    lua_rawgeti(L, -1, i);
    lua_rawseti(L, -2, i + 1);
  }
  lua_pushcfunction(L, search);
  lua_rawseti(L, -2, 1);
  lua_pop(L, 2);
}

/* ---- addresses ---- */

/* A file as text, by the address of Lua's object instead of C's. */
static int file_as_text(lua_State *L) {
  const luaL_Stream *file = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  if (file->closef == NULL) {
    lua_pushliteral(L, "file (closed)");
  } else {
    lua_pushfstring(L, "file (%p)", lua_topointer(L, 1));
  }
  return 1;
}

/* Is the function a library's, and not one of the program? */
static bool is_of_library(lua_CFunction function) {
  extern const char end[]; /* of the program, whose place is fixed */
  return (uintptr_t)function >= (uintptr_t)end;
}

/* Has the text of the object an address that is not its own? */
static bool shows_address(lua_State *L, int place) {
  if (luaL_getmetafield(L, place, "__tostring") == LUA_TNIL) return false;
  lua_pop(L, 1);
  const char *hex = strstr(luaL_tolstring(L, place, NULL), "0x");
  uintptr_t address = hex != NULL ? (uintptr_t)strtoull(hex, NULL, 16) : 0;
  lua_pop(L, 1);
  return address > UINT16_MAX && address != (uintptr_t)lua_topointer(L, place);
}

static void look_at(lua_State *L, int place) {
  switch (lua_type(L, place)) {
    case LUA_TFUNCTION:
      if (lua_iscfunction(L, place) && is_of_library(lua_tocfunction(L, place)))
        warn(ADDRESS, "the address of a library's function");
      break;
    case LUA_TLIGHTUSERDATA:
      warn(ADDRESS, "the address of a light userdata");
      break;
    case LUA_TUSERDATA:
      if (shows_address(L, place)) warn(ADDRESS, "the address that the text of a userdata has");
      break;
    default:
      break;
  }
}

/* tostring, string.format and print: upvalue 1. */
static int call_with_text(lua_State *L) {
  int count = lua_gettop(L);
  luaL_checkstack(L, LUA_MINSTACK, NULL);
  for (int i = 1; i <= count; i++) look_at(L, i);
  return call_original(L);
}

static void watch(lua_State *L, const char *name) {
  lua_getfield(L, -1, name);
  lua_pushcclosure(L, call_with_text, 1);
  lua_setfield(L, -2, name);
}

static void watch_text(lua_State *L) {
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_pushcfunction(L, file_as_text);
  lua_setfield(L, -2, "__tostring");
  lua_getglobal(L, "string");
  watch(L, "format");
  lua_pushglobaltable(L);
  watch(L, "tostring");
  watch(L, "print");
  lua_pop(L, 3);
}

void outside_open(lua_State *L) {
  for (int i = 0; i < OUTSIDE; i++) {
    lua_getglobal(L, outside[i].library);
    lua_getfield(L, -1, outside[i].name);
    lua_pushinteger(L, i);
    lua_pushcclosure(L, call_outside, 2);
    lua_setfield(L, -2, outside[i].name);
    lua_pop(L, 1);
  }
  search_first(L, search_luv);
  watch_text(L);
}
