/*
** hook_error.c - see hook_error.h.
**
** Lua 5.4 has no call to forget a handler. But xpcall keeps it as its second
** argument, which can be set like any local variable.
*/

#include "bindings/lua/hook_error.h"

#include <lauxlib.h>

enum { HANDLER = 2 }; /* of xpcall's arguments */

/* A handler that leaves the error as it is. */
static int leave(lua_State *L) {
  return lua_gettop(L);
}

int hook_error_raise(lua_State *L) {
  lua_Debug frame;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &leave);
  for (int level = 0; lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "f", &frame);
    if (lua_rawequal(L, -1, -2)) {
      lua_pushcfunction(L, leave);
      lua_setlocal(L, &frame, HANDLER);
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return lua_error(L);
}

void hook_error_open(lua_State *L) {
  lua_getglobal(L, "xpcall");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &leave);
}
