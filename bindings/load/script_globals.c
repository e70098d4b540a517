/*
** script_globals.c - see script_globals.h.
*/

#include "bindings/load/script_globals.h"

#include <stdio.h>
#include <stdlib.h>

#include <lauxlib.h>

#include "bindings/lua/hook_error.h"
#include "bindings/task/coroutines.h"
#include "bindings/task/script_state.h"
#include "bindings/task/task.h"

/* print(...): a line in one piece, since nodes on other threads print, too. */
static int print_line(lua_State *L) {
  int count = lua_gettop(L);
  luaL_Buffer line;
  luaL_buffinit(L, &line);
  for (int i = 1; i <= count; i++) {
    if (i > 1) luaL_addchar(&line, '\t');
    luaL_tolstring(L, i, NULL);
    luaL_addvalue(&line);
  }
  luaL_addchar(&line, '\n');
  luaL_pushresult(&line);
  fwrite(lua_tostring(L, -1), 1, lua_rawlen(L, -1), stdout);
  return 0;
}

/* os.exit in a node: the process ends at once, whatever runs beside. */
static int exit_at_once(lua_State *L) {
  int status = lua_isboolean(L, 1) ? !lua_toboolean(L, 1) : (int)luaL_optinteger(L, 1, 0);
  fflush(NULL);
  _Exit(status);
}

/* os.exit in a simulated node ends that node only. */
static int exit_virtually(lua_State *L) {
  struct script *script = script_of(L);
  int status = lua_isboolean(L, 1) ? !lua_toboolean(L, 1) : (int)luaL_optinteger(L, 1, 0);
  node_stop(&script->node, status);
  node_finish(&script->node);
  lua_settop(L, 0);
  return task_wait(L, task_check(L), TASK_NO_LIMIT, NULL, NULL);
}

/* os.time() and os.clock() of a world whose time isn't the system's. */
static int virtual_time(lua_State *L) {
  if (!lua_isnoneornil(L, 1)) {
    lua_pushvalue(L, lua_upvalueindex(1)); /* a date to a number: no clock is asked */
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
  }
  struct world *world = script_of(L)->node.world;
  lua_pushinteger(L, world->functions->wall(world) / 1000000);
  return 1;
}

static int virtual_clock(lua_State *L) {
  struct world *world = script_of(L)->node.world;
  lua_pushnumber(L, (lua_Number)world->functions->now(world) / 1e6);
  return 1;
}

static int virtual_date(lua_State *L) {
  if (lua_isnoneornil(L, 2)) {
    lua_settop(L, 1);
    if (lua_isnil(L, 1)) {
      lua_pushliteral(L, "%c");
      lua_replace(L, 1);
    }
    struct world *world = script_of(L)->node.world;
    lua_pushinteger(L, world->functions->wall(world) / 1000000);
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

/* Time and chance come from the world alone, so that a run can be repeated. */
static void make_virtual(lua_State *L, struct world *world) {
  lua_getglobal(L, "os");
  lua_pushcfunction(L, exit_virtually);
  lua_setfield(L, -2, "exit");
  lua_getfield(L, -1, "time");
  lua_pushcclosure(L, virtual_time, 1);
  lua_setfield(L, -2, "time");
  lua_getfield(L, -1, "date");
  lua_pushcclosure(L, virtual_date, 1);
  lua_setfield(L, -2, "date");
  lua_pushcfunction(L, virtual_clock);
  lua_setfield(L, -2, "clock");
  lua_getglobal(L, "math");
  lua_getfield(L, -1, "randomseed");
  lua_pushinteger(L, (lua_Integer)world->functions->random(world));
  lua_call(L, 1, 0);
  lua_pop(L, 2);
}

void script_globals_open(lua_State *L) {
  lua_getglobal(L, "string");
  lua_getfield(L, -1, "format");
  lua_setfield(L, LUA_REGISTRYINDEX, "sloop.format");
  lua_pushcfunction(L, print_line);
  lua_setglobal(L, "print");
  lua_getglobal(L, "os");
  lua_pushcfunction(L, exit_at_once);
  lua_setfield(L, -2, "exit");
  lua_pop(L, 2);
  coroutines_open(L);
  hook_error_open(L);
  struct world *world = script_of(L)->node.world;
  if (world->is_virtual) make_virtual(L, world);
}
