/*
** report.c - see report.h.
**
** A place is the file and line where the error was raised. Everything here that
** needs memory runs protected: the report of an error must not fail the node.
*/

#include "bindings/report.h"

#include <stdbool.h>
#include <string.h>

#include <lauxlib.h>

#include "bindings/script.h"
#include "bindings/task.h"

#define PLACES "sloop.error_places"

/* Push "file:line" of the innermost Lua function of 'thread'. */
static void push_place(lua_State *L, lua_State *thread) {
  lua_Debug frame;
  for (int level = 0; lua_getstack(thread, level, &frame); level++) {
    lua_getinfo(thread, "Sl", &frame);
    if (frame.currentline > 0) {
      lua_pushfstring(L, "%s:%d", frame.short_src, frame.currentline);
      return;
    }
  }
  lua_pushliteral(L, "?");
}

/* (thread or nil, error) -> text with traceback, or nil when this place has been
** reported before */
static int describe(lua_State *L) {
  lua_State *thread = lua_tothread(L, 1);
  const char *text = luaL_tolstring(L, 2, NULL);
  if (thread == NULL) return 1;
  push_place(L, thread);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, PLACES);
  lua_pushvalue(L, -2);
  lua_rawget(L, -2);
  lua_Integer times = lua_tointeger(L, -1) + 1;
  lua_pushvalue(L, -3);
  lua_pushinteger(L, times);
  lua_rawset(L, -4);
  if (times > 1) return 0;
  luaL_traceback(L, L, NULL, 0); /* room to work in, should the next need it */
  lua_pop(L, 1);
  luaL_traceback(L, thread, text, 0);
  return 1;
}

static void log_error(struct script *script, const char *text) {
  struct world *world = script->node.world;
  world->functions->log(world, WORLD_ERROR, text, strlen(text));
}

/* (error) -> nothing: the node ends with it as the reason. */
static int stop_with(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  lua_pushnil(L);
  lua_replace(L, 1);
  script_stop(L, 1);
  return 0;
}

/* Copy the error object on top of 'from' to the script's stack. */
static void fetch(struct script *script, lua_State *from) {
  lua_pushvalue(from, -1);
  lua_xmove(from, script->L, 1);
}

/* End the node with the error on top of the stack, which is popped. */
static void stop_node(struct script *script) {
  lua_State *L = script->L;
  lua_pushcfunction(L, stop_with);
  lua_insert(L, -2);
  if (lua_pcall(L, 1, 0, 0) == LUA_OK) return;
  lua_pop(L, 1);
  node_stop(&script->node, 1); /* no memory even for a reason */
}

/* Log what is on top of the stack, which is popped, with the thread's frames. */
static void log_top(struct script *script, lua_State *thread) {
  lua_State *L = script->L;
  lua_pushcfunction(L, describe);
  if (thread != NULL) {
    lua_pushthread(thread);
    lua_xmove(thread, L, 1);
  } else {
    lua_pushnil(L);
  }
  lua_pushvalue(L, -3);
  if (lua_pcall(L, 2, 1, 0) == LUA_OK) {
    if (lua_isstring(L, -1)) log_error(script, lua_tostring(L, -1));
  } else {
    log_error(script, "an error, whose value can't be turned into words");
  }
  lua_pop(L, 2);
}

/* (error) -> nothing: keep its text for script_attempt. */
static int keep_attempt(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  lua_setfield(L, LUA_REGISTRYINDEX, REPORT_ATTEMPT);
  return 0;
}

void report_error(struct task *task) {
  struct script *script = task->script;
  if (script->attempting) {
    lua_pushcfunction(script->L, keep_attempt);
    fetch(script, task->thread);
    if (lua_pcall(script->L, 1, 0, 0) != LUA_OK) lua_pop(script->L, 1);
    return;
  }
  script_count_error(script);
  if (!task->fatal) {
    fetch(script, task->thread);
    log_top(script, task->thread);
  }
  if (!task->fatal && !script->strict) return;
  fetch(script, task->thread);
  stop_node(script);
}

void report_close_error(struct task *task) {
  struct script *script = task->script;
  script->errors++;
  fetch(script, task->thread);
  log_top(script, NULL);
}

/* (thread) -> text */
static int describe_outdated(lua_State *L) {
  push_place(L, lua_tothread(L, 1));
  lua_pushfstring(L, "%s: closed a task that has outlived two reloads; endless work is a 'main'",
                  lua_tostring(L, -1));
  return 1;
}

void report_outdated(struct task *task) {
  struct script *script = task->script;
  lua_State *L = script->L;
  lua_pushcfunction(L, describe_outdated);
  lua_pushthread(task->thread);
  lua_xmove(task->thread, L, 1);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK) {
    struct world *world = script->node.world;
    world->functions->log(world, WORLD_WARN, lua_tostring(L, -1), lua_rawlen(L, -1));
  }
  lua_pop(L, 1);
}

void report_other_error(struct script *script, const char *what) {
  (void)what;
  script->errors++;
  if (script->strict) {
    lua_pushvalue(script->L, -1);
    log_top(script, NULL);
    stop_node(script);
  } else {
    log_top(script, NULL);
  }
}
