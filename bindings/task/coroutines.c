/*
** coroutines.c - see coroutines.h.
*/

#include "bindings/task/coroutines.h"

#include <lauxlib.h>
#include <lualib.h>

#include "bindings/task/watchdog.h"

enum { FAILED = -1, SLICED = -2 };

/* A coroutine of the script's own, at 'arg'. A task's is in a list of waiters
** for what, and belongs to the node. */
static lua_State *check_own(lua_State *L, int arg) {
  lua_State *thread = lua_tothread(L, arg);
  luaL_argexpected(L, thread != NULL, arg, "coroutine");
  if (*(struct script **)lua_getextraspace(thread) != script_of(L)) {
    luaL_error(L, "this coroutine is a task of the host's: see self:wait and self:wake");
  }
  return thread;
}

/* Resume with the top 'arguments' values. How many values it gave, which are
** pushed; or FAILED with the error pushed; or SLICED, and L is to yield. */
static int resume(lua_State *L, lua_State *thread, int arguments) {
  struct script *script = script_of(L);
  if (!lua_checkstack(thread, arguments)) {
    lua_pushliteral(L, "too many arguments to resume");
    return FAILED;
  }
  lua_xmove(L, thread, arguments);
  int status, results;
  do {
    lua_State *outer = watchdog_into(script, thread);
    status = lua_resume(thread, L, arguments, &results);
    watchdog_out(script, outer);
    arguments = 0;
    if (status != LUA_YIELD || !watchdog_has_yielded(&script->watchdog)) break;
    if (watchdog_passes(L, thread)) return SLICED;
  } while (true);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(thread, L, 1);
    return FAILED;
  }
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(thread, results);
    lua_pushliteral(L, "too many results to resume");
    return FAILED;
  }
  lua_xmove(thread, L, results);
  return results;
}

/* ---- resume ---- */

static int resume_again(lua_State *L, int status, lua_KContext context);

/* Stack: thread, arguments */
static int resume_step(lua_State *L, int arguments) {
  int results = resume(L, lua_tothread(L, 1), arguments);
  if (results == SLICED) return lua_yieldk(L, 0, 0, resume_again);
  lua_pushboolean(L, results >= 0);
  if (results < 0) results = 1;
  lua_insert(L, -1 - results);
  return results + 1;
}

static int resume_again(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  return resume_step(L, 0);
}

/* coroutine.resume(thread, ...) -> true, ... | false, error */
static int coroutines_resume(lua_State *L) {
  check_own(L, 1);
  return resume_step(L, lua_gettop(L) - 1);
}

/* ---- wrap ---- */

/* The error of a wrapped coroutine, on top, with the place it is raised in. */
static int raise(lua_State *L, lua_State *thread) {
  int status = lua_status(thread);
  if (status != LUA_OK && status != LUA_YIELD) {   /* of its code: not that it is dead */
    status = watchdog_reset(script_of(L), thread); /* its <close> variables */
    lua_xmove(thread, L, 1);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int wrapped_again(lua_State *L, int status, lua_KContext context);

static int wrapped_step(lua_State *L, int arguments) {
  lua_State *thread = lua_tothread(L, lua_upvalueindex(1));
  int results = resume(L, thread, arguments);
  if (results == SLICED) return lua_yieldk(L, 0, 0, wrapped_again);
  return results >= 0 ? results : raise(L, thread);
}

static int wrapped_again(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  return wrapped_step(L, 0);
}

/* Upvalue: the thread. */
static int wrapped(lua_State *L) {
  return wrapped_step(L, lua_gettop(L));
}

/* coroutine.wrap(function) -> function */
static int coroutines_wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *thread = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, thread, 1);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

/* ---- close and yield ---- */

/* coroutine.close(thread) -> true | false, error */
static int coroutines_close(lua_State *L) {
  lua_State *thread = check_own(L, 1);
  lua_Debug frame;
  if (thread == L) return luaL_error(L, "cannot close a running coroutine");
  if (lua_status(thread) == LUA_OK && lua_getstack(thread, 0, &frame)) {
    return luaL_error(L, "cannot close a normal coroutine");
  }
  int status = watchdog_reset(script_of(L), thread);
  lua_pushboolean(L, status == LUA_OK);
  if (status == LUA_OK) return 1;
  lua_xmove(thread, L, 1);
  return 2;
}

/* coroutine.yield(...) -> ...: of a task it would wait for something no code
** knows of. */
static int coroutines_yield(lua_State *L) {
  struct script *script = script_of(L);
  if (script->running != NULL && script->running->thread == L) {
    return luaL_error(L, "attempt to yield outside a coroutine: to wait, see self:wait");
  }
  return lua_yield(L, lua_gettop(L));
}

static const luaL_Reg functions[] = {
    {"close", coroutines_close},
    {"resume", coroutines_resume},
    {"wrap", coroutines_wrap},
    {"yield", coroutines_yield},
    {NULL, NULL},
};

void coroutines_open(lua_State *L) {
  lua_getglobal(L, LUA_COLIBNAME);
  luaL_setfuncs(L, functions, 0);
  lua_pop(L, 1);
}
