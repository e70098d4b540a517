/*
** limit.c - see limit.h.
**
** Instructions are counted rather than time, so that a simulated run can be
** repeated. The call runs in a coroutine that is thrown away after it: an error
** that a hook raises leaves hooks switched off there (Lua 5.4.4). Once the
** limit is reached the hook raises at every instruction, so that no loop around
** a pcall goes on.
*/

#include "bindings/limit.h"

#include <lauxlib.h>

enum { STEP = 1000000, STEPS = 200 };

static void count(lua_State *L, lua_Debug *event) {
  (void)event;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &count);
  lua_Integer left = lua_tointeger(L, -1) - 1;
  lua_pop(L, 1);
  lua_pushinteger(L, left);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &count);
  if (left > 0) return;
  lua_sethook(L, count, LUA_MASKCOUNT, 1);
  luaL_error(L, "takes too long: is there an endless loop?");
}

void limit_begin(lua_State *L, lua_State *thread) {
  lua_pushinteger(L, STEPS);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &count);
  lua_sethook(thread, count, LUA_MASKCOUNT, STEP);
}

bool limit_end(lua_State *L, lua_State *thread) {
  lua_sethook(thread, NULL, 0, 0);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &count);
  bool reached = lua_tointeger(L, -1) <= 0;
  lua_pop(L, 1);
  return reached;
}

int limit_call(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  int arguments = lua_gettop(L) - 1;
  lua_State *thread = lua_newthread(L);
  lua_insert(L, 1);
  luaL_argcheck(L, lua_checkstack(thread, arguments + 1), 1, "too many arguments");
  lua_xmove(L, thread, arguments + 1);
  limit_begin(L, thread);
  int results = 0;
  int status = lua_resume(thread, L, arguments, &results);
  limit_end(L, thread);
  if (status == LUA_YIELD) return luaL_error(L, "cannot wait here");
  if (status != LUA_OK) results = 1;
  luaL_checkstack(L, results + 1, "too many results");
  lua_pushboolean(L, status == LUA_OK);
  lua_xmove(thread, L, results);
  return results + 1;
}
