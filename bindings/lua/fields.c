/*
** fields.c - see fields.h.
*/

#include "bindings/lua/fields.h"

#include <lauxlib.h>

enum { US_PER_MS = 1000 };

int64_t fields_ms(lua_State *L, int index, const char *name, int64_t otherwise) {
  int64_t us = otherwise;
  if (lua_getfield(L, index, name) != LUA_TNIL) {
    us = (int64_t)(luaL_checknumber(L, -1) * US_PER_MS);
  }
  lua_pop(L, 1);
  return us;
}

lua_Integer fields_integer(lua_State *L, int index, const char *name, lua_Integer otherwise) {
  lua_getfield(L, index, name);
  lua_Integer value = luaL_optinteger(L, -1, otherwise);
  lua_pop(L, 1);
  return value;
}

bool fields_boolean(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  bool value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}
