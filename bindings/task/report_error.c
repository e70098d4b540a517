/*
** report_error.c - see report_error.h.
**
** A place is the file and line where the error was raised. Everything here that
** needs memory runs protected: the report of an error must not fail the node.
*/

#include "bindings/task/report_error.h"

#include <stdbool.h>
#include <string.h>

#include <lauxlib.h>

#include "bindings/task/exit_result.h"
#include "bindings/task/report.h"
#include "bindings/task/script_state.h"
#include "bindings/task/watchdog.h"

/* Call the script's __tostring, which is below its argument on top of the stack:
** is a text there now? */
static bool call_tostring(lua_State *L) {
  struct script *script = script_of(L);
  lua_State *outer = watchdog_into(script, L);
  watchdog_enter(script);
  int status = lua_pcall(L, 1, 1, 0);
  watchdog_leave(script);
  watchdog_out(script, outer);
  return status == LUA_OK && lua_type(L, -1) == LUA_TSTRING;
}

/* Push an error object as text, whatever it is: it may be of any type, and its
** __tostring may raise, or loop. */
static void push_text(lua_State *L, int index) {
  index = lua_absindex(L, index);
  bool has_text = lua_type(L, index) == LUA_TSTRING || lua_type(L, index) == LUA_TNUMBER;
  if (!has_text && luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
    lua_pushvalue(L, index);
    if (call_tostring(L)) return;
    lua_pop(L, 1);
  }
  if (has_text) {
    luaL_tolstring(L, index, NULL);
  } else {
    lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, index));
  }
}

/* Push the place of an error in this thread, NULL: none. In code without a Lua frame it
** is where the task's handler is defined. False, and nothing is pushed, without one. */
static bool push_place(lua_State *L, lua_State *thread) {
  if (thread == NULL) return false;
  report_push_place(L, thread);
  if (strcmp(lua_tostring(L, -1), "?") != 0) return true;
  lua_pop(L, 1);
  struct task *task = *(struct task **)lua_getextraspace(thread);
  bool is_task = (void *)task != (void *)task->script; /* see script_of */
  if (!is_task || task->source == NULL || task->source->push_place == NULL) return false;
  int top = lua_gettop(L);
  task->source->push_place(task->source, L);
  lua_replace(L, top + 1);
  lua_settop(L, top + 1);
  return true;
}

/* Does it begin with "file:line:", as what error() was given does? */
static bool has_place(const char *text) {
  for (const char *colon = strchr(text, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
    size_t digits = strspn(colon + 1, "0123456789");
    if (digits > 0 && colon[1 + digits] == ':') return true;
    if (digits == 0) return false;
  }
  return false;
}

/* Was the error raised by a line of Lua, or by a C function that one called? Then a text
** has the place, unless the script left it out on purpose: error("words", 0). */
static bool is_of_lua(lua_State *thread) {
  lua_Debug frame;
  for (int level = 0; level < 2 && lua_getstack(thread, level, &frame); level++) {
    lua_getinfo(thread, "S", &frame);
    if (*frame.what != 'C') return true;
  }
  return false;
}

/* Push an error object as a text that says where it was raised. */
static void push_located(lua_State *L, int index, lua_State *thread) {
  bool has_text = lua_type(L, index) == LUA_TSTRING;
  push_text(L, index);
  if (thread == NULL || (has_text && is_of_lua(thread))) return;
  if (has_place(lua_tostring(L, -1)) || !push_place(L, thread)) return;
  lua_pushfstring(L, "%s: %s", lua_tostring(L, -1), lua_tostring(L, -2));
}

/* (thread or nil, error) -> text with traceback, or nil when this place has been
** reported before. Without a place the text itself is one. */
static int describe(lua_State *L) {
  lua_State *thread = lua_tothread(L, 1);
  lua_settop(L, 2);
  push_located(L, 2, thread);
  const char *text = lua_tostring(L, -1);
  if (!push_place(L, thread)) lua_pushvalue(L, -1);
  if (report_is_known(L, NULL)) return 0;
  if (thread == NULL) {
    lua_pushstring(L, text);
    return 1;
  }
  luaL_traceback(L, L, NULL, 0); /* room to work in, should the next need it */
  luaL_traceback(L, thread, text, 0);
  return 1;
}

static void set_chore(struct script *script, double ms) {
  struct node *node = &script->node;
  timers_set(&node->timers, &script->chore, node_after(node, ms));
  node_schedule(node);
}

static void count_error(struct script *script, unsigned generation) {
  script->errors++;
  bool counts = script->probation > 0 && generation == script->generation;
  if (counts && --script->probation == 0) set_chore(script, 0);
}

/* (error, thread or nil) -> nothing: the node ends with it as the reason. */
static int stop_with(lua_State *L) {
  lua_pushnil(L);
  push_located(L, 1, lua_tothread(L, 2));
  lua_replace(L, 1);
  lua_settop(L, 3);
  lua_pushvalue(L, 1);
  exit_result_fail(L, 3);
  return 0;
}

/* Copy the error object on top of 'from' to the script's stack. */
static void fetch(struct script *script, lua_State *from) {
  lua_pushvalue(from, -1);
  lua_xmove(from, script->L, 1);
}

/* Push this thread to the script's stack, or nil. */
static void push_thread(lua_State *L, lua_State *thread) {
  if (thread == NULL) {
    lua_pushnil(L);
    return;
  }
  lua_pushthread(thread);
  lua_xmove(thread, L, 1);
}

/* End the node with the error on top of the stack, which is popped; it was raised in
** this thread, NULL: none that still stands. */
static void stop_node(struct script *script, lua_State *thread) {
  lua_State *L = script->L;
  script->logs_end = false; /* the error was logged */
  lua_pushcfunction(L, stop_with);
  lua_insert(L, -2);
  push_thread(L, thread);
  if (lua_pcall(L, 2, 0, 0) == LUA_OK) return;
  lua_pop(L, 1);
  node_stop(&script->node, 1); /* no memory even for a reason */
}

/* Log what is on top of the stack, which is popped, with the thread's frames. */
static void log_top(struct script *script, lua_State *thread) {
  lua_State *L = script->L;
  lua_pushcfunction(L, describe);
  push_thread(L, thread);
  lua_pushvalue(L, -3);
  if (lua_pcall(L, 2, 1, 0) == LUA_OK) {
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    if (text != NULL) script_log(script, WORLD_ERROR, text, size);
  } else {
    const char *text = "an error, and not enough memory to say which";
    script_log(script, WORLD_ERROR, text, strlen(text));
  }
  lua_pop(L, 2);
}

/* (error) -> nothing: keep its text for script_attempt. */
static int keep_attempt(lua_State *L) {
  push_text(L, 1);
  lua_setfield(L, LUA_REGISTRYINDEX, REPORT_ERROR_ATTEMPT);
  return 0;
}

/* (thread) -> text: where it was that memory ran out */
static int describe_memory(lua_State *L) {
  const struct script *script = script_of(L);
  lua_State *thread = lua_touserdata(L, 1);
  report_push_place(L, thread);
  lua_pushfstring(L, "%s: not enough memory", lua_tostring(L, -1));
  if (script->memory_cap > 0) {
    lua_pushfstring(L, "%s: this node may use %d MiB", lua_tostring(L, -1),
                    (int)(script->memory_cap >> 20));
  }
  return 1;
}

/* Lua's own error says no more than that memory is short. */
static void locate_memory_error(struct task *task) {
  lua_State *L = task->script->L;
  lua_pushcfunction(L, describe_memory);
  lua_pushlightuserdata(L, task->thread);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK) {
    lua_xmove(L, task->thread, 1);
    lua_replace(task->thread, -2);
  } else {
    lua_pop(L, 1);
  }
}

void report_error(struct task *task) {
  struct script *script = task->script;
  if (lua_status(task->thread) == LUA_ERRMEM) locate_memory_error(task);
  if (script->attempting) {
    lua_pushcfunction(script->L, keep_attempt);
    fetch(script, task->thread);
    if (lua_pcall(script->L, 1, 0, 0) != LUA_OK) lua_pop(script->L, 1);
    return;
  }
  count_error(script, task->generation);
  if (!task->fatal || script->logs_end) {
    fetch(script, task->thread);
    log_top(script, task->thread);
  }
  if (!task->fatal && !script->strict) return;
  fetch(script, task->thread);
  stop_node(script, task->thread);
}

void report_error_in_close(struct task *task) {
  struct script *script = task->script;
  script->errors++;
  fetch(script, task->thread);
  log_top(script, NULL);
}

/* (thread) -> text */
static int describe_outdated(lua_State *L) {
  report_push_place(L, lua_touserdata(L, 1));
  lua_pushfstring(
      L, "%s: closed a task that has outlived two reloads by 5 s; endless work is a 'main'",
      lua_tostring(L, -1));
  return 1;
}

void report_error_outdated(struct task *task) {
  report_protected(task->script, WORLD_WARN, describe_outdated, task->thread);
}

void report_error_ended(struct task *task, int64_t ms, lua_State *const *threads, int count) {
  struct script *script = task->script;
  count_error(script, task->generation);
  report_ended(script, ms, threads, count);
  if (task->fatal || script->strict) {
    stop_node(script, NULL);
  } else {
    lua_pop(script->L, 1);
  }
}

void report_error_outside(struct script *script) {
  script->errors++;
  if (script->strict) {
    lua_pushvalue(script->L, -1);
    log_top(script, NULL);
    stop_node(script, NULL);
  } else {
    log_top(script, NULL);
  }
}

/* ---- probation ---- */

void report_error_watch(struct script *script, uint64_t errors, double ms) {
  script->probation = errors;
  set_chore(script, ms);
}
