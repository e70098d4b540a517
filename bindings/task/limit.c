/*
** limit.c - see limit.h.
**
** CPU time counts, of this thread; in a simulated world instructions, so that a
** run can be repeated. The call runs in a coroutine that is thrown away after it:
** an error that a hook raises leaves hooks switched off there (Lua 5.4.4). Once
** the limit is reached the hook raises at every instruction, so that no loop
** around a pcall goes on.
*/

#include "bindings/task/limit.h"

#include <lauxlib.h>

#include "bindings/lua/hook_error.h"
#include "bindings/task/report.h"
#include "bindings/task/script_state.h"

enum { STEP = 10000, STEPS = 20000 }; /* instructions between two looks; looks */
enum { CPU_MS = 1000 };

/* So much is spent now, of what counts; the registry has when it is enough. */
static lua_Integer spent(lua_State *L) {
  if (script_of(L)->node.world->is_virtual) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &spent);
    lua_Integer looks = lua_tointeger(L, -1);
    lua_pop(L, 1);
    lua_pushinteger(L, looks + 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &spent);
    return looks;
  }
  struct world *world = script_of(L)->node.world;
  return world->functions->cpu(world) / 1000;
}

static bool is_over(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &is_over);
  bool over = spent(L) >= lua_tointeger(L, -1);
  lua_pop(L, 1);
  return over;
}

static void look(lua_State *L, lua_Debug *event) {
  (void)event;
  if (!is_over(L)) return;
  lua_sethook(L, look, LUA_MASKCOUNT, 1);
  /* The first place is the loop; later ones are in what caught the error. */
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &look) != LUA_TSTRING) {
    lua_pop(L, 1);
    report_push_place(L, L);
    lua_pushliteral(L, ": takes too long: is there an endless loop?");
    lua_concat(L, 2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &look);
  }
  hook_error_raise(L);
}

void limit_begin(lua_State *L, lua_State *thread) {
  bool is_virtual = script_of(L)->node.world->is_virtual;
  script_of(L)->watchdog.limited = true;
  lua_pushinteger(L, spent(L) + (is_virtual ? STEPS : CPU_MS));
  lua_rawsetp(L, LUA_REGISTRYINDEX, &is_over);
  lua_pushnil(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &look);
  lua_sethook(thread, look, LUA_MASKCOUNT, STEP);
}

bool limit_end(lua_State *L, lua_State *thread) {
  script_of(L)->watchdog.limited = false;
  lua_sethook(thread, NULL, 0, 0);
  return is_over(L);
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
  if (status == LUA_YIELD) {
    lua_pushboolean(L, false);
    report_push_place(L, thread);
    lua_pushliteral(L, ": cannot wait here");
    lua_concat(L, 2);
    return 2;
  }
  if (status != LUA_OK) results = 1;
  luaL_checkstack(L, results + 1, "too many results");
  lua_pushboolean(L, status == LUA_OK);
  lua_xmove(thread, L, results);
  return results + 1;
}
