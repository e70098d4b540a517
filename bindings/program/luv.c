/*
** luv.c - see luv.h.
**
** luv makes a libuv loop for each Lua state, closes its handles when the state is
** closed, and has a seam for how callbacks are called. The rest is here: the loop is
** run by the node's world, and a callback becomes a task, which may wait, whose error
** is that of a handler, and which the watchdog sees.
*/

#include "bindings/program/luv.h"

#include <dlfcn.h>

#include <lauxlib.h>
#include <lualib.h>

#include "bindings/load/generation.h"
#include "bindings/task/script.h"
#include "bindings/task/task.h"
#include "host/real/real.h"

#define GUARD_CLASS "sloop.luv"

/* What luv.so offers, by the names of its header. */
typedef int callback_function(lua_State *L, int arguments, int results, int flags);
typedef void set_callback_function(lua_State *L, callback_function *callback);
typedef void *loop_function(lua_State *L); /* a loop of libuv */

/* luv's way to call the function below its arguments on top of the main thread's stack;
** luv wants no results. */
static int call_as_task(lua_State *L, int arguments, int results, int flags) {
  (void)results;
  (void)flags;
  struct script *script = script_of(L);
  bool ended = script->node.phase >= NODE_ENDED;
  struct task *task = ended ? NULL : task_new(script);
  if (task == NULL || !lua_checkstack(task->thread, arguments + 1)) {
    lua_pop(L, arguments + 1);
    return ended ? 0 : -LUA_ERRMEM;
  }
  lua_xmove(L, task->thread, arguments + 1);
  if (script->running != NULL) { /* a handler runs the loop itself, by luv.run */
    task_spawn(task, arguments);
  } else {
    task_start(task, arguments);
  }
  node_schedule(&script->node); /* the loop takes up what it started in another turn */
  return 0;
}

/* Before the state closes luv's loop. */
static int guard_gc(lua_State *L) {
  real_world_run_guest(script_of(L)->node.world, NULL);
  return 0;
}

/* Push the path of luv.so, and the function that opens it. */
static void push_library(lua_State *L) {
  lua_getglobal(L, LUA_LOADLIBNAME);
  int package = lua_gettop(L);
  lua_getfield(L, package, "searchpath");
  lua_pushliteral(L, "luv");
  lua_getfield(L, package, "cpath");
  lua_call(L, 2, 2);
  if (lua_isnil(L, -2)) luaL_error(L, "module 'luv' not found:%s", lua_tostring(L, -1));
  lua_pop(L, 1);
  lua_getfield(L, package, "loadlib");
  lua_pushvalue(L, -2);
  lua_pushliteral(L, "luaopen_luv");
  lua_call(L, 2, 2);
  if (lua_isnil(L, -2)) lua_error(L);
  lua_pop(L, 1);
  lua_remove(L, package);
}

/* A function that luv.so exports; ISO C knows no conversion from dlsym's result. */
static void find(lua_State *L, void *library, const char *name, void *function) {
  *(void **)function = dlsym(library, name);
  if (*(void **)function == NULL) luaL_error(L, "this luv has no %s; 1.44 has", name);
}

/* On the main thread, which luv calls back: (path, open) -> luv */
static int open_on_main(lua_State *L) {
  void *library = dlopen(lua_tostring(L, 1), RTLD_LAZY | RTLD_NOLOAD);
  if (library == NULL) return luaL_error(L, "cannot use luv: %s", dlerror());
  dlclose(library); /* package.loadlib keeps it open */
  set_callback_function *set_callback;
  loop_function *loop_of;
  find(L, library, "luv_set_callback", (void *)&set_callback);
  find(L, library, "luv_loop", (void *)&loop_of);
  set_callback(L, call_as_task);
  lua_pushvalue(L, 2);
  lua_pushliteral(L, "luv");
  lua_call(L, 1, 1);
  lua_newuserdatauv(L, 0, 0);
  luaL_setmetatable(L, GUARD_CLASS);
  lua_setfield(L, LUA_REGISTRYINDEX, "sloop.luv.guard");
  if (real_world_run_guest(script_of(L)->node.world, loop_of(L)) != 0) {
    return luaL_error(L, "cannot run luv's loop");
  }
  return 1;
}

/* In package.preload: () -> luv */
static int load(lua_State *L) {
  lua_State *main = script_of(L)->L;
  lua_settop(L, 0);
  push_library(L);
  lua_pushcfunction(L, open_on_main);
  lua_insert(L, 1);
  if (L != main) {
    luaL_checkstack(main, 4, "luv");
    lua_xmove(L, main, 3);
  }
  int status = lua_pcall(main, 2, 1, 0);
  if (L != main) lua_xmove(main, L, 1);
  return status == LUA_OK ? 1 : lua_error(L);
}

void luv_open(lua_State *L) {
  luaL_newmetatable(L, GUARD_CLASS);
  lua_pushcfunction(L, guard_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, GENERATION_PRELOAD);
  lua_pushcfunction(L, load);
  lua_setfield(L, -2, "luv");
  lua_pop(L, 1);
  generation_preload(L);
}
