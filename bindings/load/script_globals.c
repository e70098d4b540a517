/*
** script_globals.c - see script_globals.h.
*/

#include "bindings/load/script_globals.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#include "bindings/load/outside.h"
#include "bindings/lua/hook_error.h"
#include "bindings/task/coroutines.h"
#include "bindings/task/script_state.h"
#include "bindings/task/task.h"

/* The reader of stdout is gone: the node stops in order, as a filter does. main.c reports
** the reason. */
static void end_without_reader(struct script *script) {
  if (!script->node.world->is_virtual) node_stop(&script->node, 1);
}

/* print(...): a line in one piece, since nodes on other threads print, too. */
static int print_line(lua_State *L) {
  int count = lua_gettop(L);
  script_of(L)->looks_out = true;
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
  if (ferror(stdout) && errno == EPIPE) end_without_reader(script_of(L));
  return 0;
}

/* ---- text only ---- */

/* load(chunk [, name [, mode [, env]]]), which is Lua's own (upvalue) for text: damaged
** bytecode crashes Lua. */
static int load_text(lua_State *L) {
  bool has_env = !lua_isnone(L, 4);
  const char *mode = luaL_optstring(L, 3, "t");
  if (strchr(mode, 't') == NULL) {
    lua_pushnil(L);
    lua_pushliteral(L, "bytecode is not loaded here: mode is \"t\"");
    return 2;
  }
  lua_settop(L, has_env ? 4 : 3);
  lua_pushliteral(L, "t");
  lua_replace(L, 3);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, has_env ? 4 : 3, LUA_MULTRET);
  return lua_gettop(L);
}

/* loadfile([path [, mode [, env]]]), with the same restriction. */
static int loadfile_text(lua_State *L) {
  bool has_env = !lua_isnone(L, 3);
  lua_settop(L, has_env ? 3 : 2);
  lua_pushliteral(L, "t");
  lua_replace(L, 2);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, has_env ? 3 : 2, LUA_MULTRET);
  return lua_gettop(L);
}

static int dofile_done(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  return lua_gettop(L) - 1;
}

/* dofile([path]) -> what the file returns */
static int dofile_text(lua_State *L) {
  const char *path = luaL_optstring(L, 1, NULL);
  lua_settop(L, 1);
  if (luaL_loadfilex(L, path, "t") != LUA_OK) return lua_error(L);
  lua_callk(L, 0, LUA_MULTRET, 0, dofile_done);
  return dofile_done(L, LUA_OK, 0);
}

static void load_text_only(lua_State *L) {
  lua_getglobal(L, "load");
  lua_pushcclosure(L, load_text, 1);
  lua_setglobal(L, "load");
  lua_getglobal(L, "loadfile");
  lua_pushcclosure(L, loadfile_text, 1);
  lua_setglobal(L, "loadfile");
  lua_pushcfunction(L, dofile_text);
  lua_setglobal(L, "dofile");
}

/* ---- exit and time ---- */

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
  script->looks_out = true;
  node_stop(&script->node, status);
  node_finish(&script->node);
  lua_settop(L, 0);
  return task_wait(L, task_check(L), TASK_NO_LIMIT, NULL, NULL);
}

/* os.setlocale(...): the locale is the process's, and with it how every node reads and
** writes numbers; so it stays "C", which Lua says by nil. */
static int keep_locale(lua_State *L) {
  const char *wanted = luaL_optstring(L, 1, "C");
  if (*wanted == '\0' || strcmp(wanted, "C") == 0 || strcmp(wanted, "POSIX") == 0) {
    lua_pushliteral(L, "C");
  } else {
    lua_pushnil(L);
  }
  return 1;
}

/* For a call whose result is not the same each time. */
static struct world *outer_world(lua_State *L) {
  struct script *script = script_of(L);
  script->looks_out = true;
  return script->node.world;
}

/* os.time() and os.clock() of a world whose time isn't the system's. */
static int virtual_time(lua_State *L) {
  if (!lua_isnoneornil(L, 1)) {
    lua_pushvalue(L, lua_upvalueindex(1)); /* a date to a number: no clock is asked */
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
  }
  struct world *world = outer_world(L);
  lua_pushinteger(L, world->functions->wall(world) / 1000000);
  return 1;
}

static int virtual_clock(lua_State *L) {
  struct world *world = outer_world(L);
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
    struct world *world = outer_world(L);
    lua_pushinteger(L, world->functions->wall(world) / 1000000);
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

/* math.randomseed(...): without a number it would be the process's memory and the system's clock.
 */
static int virtual_randomseed(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  if (lua_gettop(L) == 1) {
    struct world *world = outer_world(L);
    lua_pushinteger(L, (lua_Integer)world->functions->random(world));
  }
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

/* Time and chance come from the world alone, so that a run can be repeated. */
static void make_virtual(lua_State *L) {
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
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &virtual_randomseed);
  script_globals_seed(L);
  lua_pushcclosure(L, virtual_randomseed, 1);
  lua_setfield(L, -2, "randomseed");
  lua_pop(L, 2);
  outside_open(L);
}

/* Copy the generator, the upvalue of Lua's own math.randomseed, which is on top. */
static void copy_generator(lua_State *L, unsigned char *copy) {
  memset(copy, 0, SCRIPT_GENERATOR);
  if (lua_getupvalue(L, -1, 1) == NULL) return;
  size_t size = lua_rawlen(L, -1);
  memcpy(copy, lua_touserdata(L, -1), size < SCRIPT_GENERATOR ? size : SCRIPT_GENERATOR);
  lua_pop(L, 1);
}

/* Neither takes memory: what follows must lie where it lay when the node was loaded. */
void script_globals_seed(lua_State *L) {
  struct script *script = script_of(L);
  struct world *world = script->node.world;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &virtual_randomseed);
  lua_pushvalue(L, -1);
  lua_pushinteger(L, (lua_Integer)world->functions->random(world));
  lua_call(L, 1, 0);
  copy_generator(L, script->generator);
  lua_pop(L, 1);
}

bool script_globals_has_drawn(lua_State *L) {
  unsigned char now[SCRIPT_GENERATOR];
  lua_rawgetp(L, LUA_REGISTRYINDEX, &virtual_randomseed);
  copy_generator(L, now);
  lua_pop(L, 1);
  return memcmp(now, script_of(L)->generator, sizeof now) != 0;
}

void script_globals_open(lua_State *L) {
  load_text_only(L);
  lua_pushcfunction(L, print_line);
  lua_setglobal(L, "print");
  lua_getglobal(L, "os");
  lua_pushcfunction(L, exit_at_once);
  lua_setfield(L, -2, "exit");
  lua_pushcfunction(L, keep_locale);
  lua_setfield(L, -2, "setlocale");
  lua_pop(L, 1);
  coroutines_open(L);
  hook_error_open(L);
  if (script_of(L)->node.world->is_virtual) make_virtual(L);
  lua_getglobal(L, "string");
  lua_getfield(L, -1, "format");
  lua_setfield(L, LUA_REGISTRYINDEX, "sloop.format");
  lua_pop(L, 1);
}
