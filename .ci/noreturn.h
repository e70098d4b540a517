/*
** noreturn.h - for static analysis only: which functions of Lua never return.
**
** Lua's own headers don't say, and without it every check that raises looks
** like one that goes on.
*/

#include <lauxlib.h>
#include <lua.h>

extern int lua_error(lua_State *L) __attribute__((noreturn));
extern int luaL_error(lua_State *L, const char *format, ...) __attribute__((noreturn));
