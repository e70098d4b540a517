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

#include "bindings/task/script.h"
#include "bindings/task/task.h"

#define PLACES "sloop.error_places"

void report_push_place(lua_State *L, lua_State *thread) {
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

/* Has an error of this place, a string on top of the stack, been logged? */
static bool is_known(lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, PLACES);
  lua_pushvalue(L, -2);
  bool known = lua_rawget(L, -2) != LUA_TNIL;
  lua_pop(L, 1);
  lua_pushvalue(L, -2);
  lua_pushboolean(L, true);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return known;
}

/* (thread or nil, error) -> text with traceback, or nil when this place has been
** reported before. Without a thread the text itself is the place. */
static int describe(lua_State *L) {
  lua_State *thread = lua_tothread(L, 1);
  lua_settop(L, 2);
  push_text(L, 2);
  if (thread == NULL) return is_known(L) ? 0 : 1;
  report_push_place(L, thread);
  if (is_known(L)) return 0;
  luaL_traceback(L, L, NULL, 0); /* room to work in, should the next need it */
  luaL_traceback(L, thread, lua_tostring(L, 3), 0);
  return 1;
}

static void log_error(struct script *script, const char *text, size_t size) {
  struct world *world = script->node.world;
  world->functions->log(world, WORLD_ERROR, text, size);
}

/* (error) -> nothing: the node ends with it as the reason. */
static int stop_with(lua_State *L) {
  lua_pushnil(L);
  push_text(L, 1);
  lua_replace(L, 1);
  lua_insert(L, 1);
  script_fail(L, 1);
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
  script->tells_end = false; /* the error was logged */
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
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    if (text != NULL) log_error(script, text, size);
  } else {
    const char *text = "an error, and not enough memory to say which";
    log_error(script, text, strlen(text));
  }
  lua_pop(L, 2);
}

/* (error) -> nothing: keep its text for script_attempt. */
static int keep_attempt(lua_State *L) {
  push_text(L, 1);
  lua_setfield(L, LUA_REGISTRYINDEX, REPORT_ATTEMPT);
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
  script_count_error(script, task->generation);
  if (!task->fatal || script->tells_end) {
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
  report_push_place(L, lua_tothread(L, 1));
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

/* ---- code that computes for long ---- */

/* What a report is about, for functions that run protected. */
struct computing {
  int64_t ms;
  lua_State *const *threads;
  int count;
};

/* Push what makes this place known: the functions that run, not their lines, of
** which an endless loop has many. */
static void push_functions(lua_State *L, const char *kind, const struct computing *self) {
  lua_Debug frame;
  lua_pushstring(L, kind);
  lua_State *thread = self->threads[0];
  for (int level = 0; level < 8 && lua_getstack(thread, level, &frame); level++) {
    lua_getinfo(thread, "S", &frame);
    lua_pushfstring(L, "%s %s:%d", lua_tostring(L, -1), frame.short_src, frame.linedefined);
    lua_remove(L, -2);
  }
}

/* Push 'text', which is on top, with the frames of all the coroutines. */
static void push_frames(lua_State *L, const struct computing *self) {
  for (int i = 0; i < self->count; i++) {
    luaL_traceback(L, self->threads[i], lua_tostring(L, -1), 0);
    lua_remove(L, -2);
  }
}

/* (computing) -> text, or nil when this place has been reported before. */
static int describe_slow(lua_State *L) {
  const struct computing *self = lua_touserdata(L, 1);
  if (self->count == 0) {
    lua_pushliteral(L, "slow in C");
    if (is_known(L)) return 0;
    lua_pushfstring(L, "a handler has computed for %d ms, in one call of C or in a __gc",
                    (int)self->ms);
    return 1;
  }
  push_functions(L, "slow", self);
  if (is_known(L)) return 0;
  report_push_place(L, self->threads[0]);
  lua_pushfstring(L, "%s: has computed for %d ms without waiting", lua_tostring(L, -1),
                  (int)self->ms);
  push_frames(L, self);
  return 1;
}

/* (computing) -> reason, text; no text when this place has been reported before */
static int describe_runaway(lua_State *L) {
  const struct computing *self = lua_touserdata(L, 1);
  report_push_place(L, self->threads[0]);
  lua_pushfstring(L, "%s: ended: it has computed for %d ms", lua_tostring(L, -1), (int)self->ms);
  push_functions(L, "ended", self);
  if (is_known(L)) {
    lua_pop(L, 1);
    return 1;
  }
  lua_pushvalue(L, -2);
  push_frames(L, self);
  lua_remove(L, -2);
  return 2;
}

void report_slow(struct script *script, int64_t ms, lua_State *const *threads, int count) {
  lua_State *L = script->L;
  struct computing computing = {ms, threads, count};
  if (!lua_checkstack(L, 4)) return;
  lua_pushcfunction(L, describe_slow);
  lua_pushlightuserdata(L, &computing);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK && lua_isstring(L, -1)) {
    struct world *world = script->node.world;
    world->functions->log(world, WORLD_WARN, lua_tostring(L, -1), lua_rawlen(L, -1));
  }
  lua_pop(L, 1);
}

void report_runaway(struct task *task, int64_t ms, lua_State *const *threads, int count) {
  struct script *script = task->script;
  lua_State *L = script->L;
  struct computing computing = {ms, threads, count};
  script_count_error(script, task->generation);
  lua_pushcfunction(L, describe_runaway);
  lua_pushlightuserdata(L, &computing);
  if (lua_pcall(L, 1, 2, 0) != LUA_OK) {
    lua_pushnil(L);
  }
  if (lua_isstring(L, -1)) log_error(script, lua_tostring(L, -1), lua_rawlen(L, -1));
  lua_pop(L, 1);
  if (task->fatal || script->strict) {
    stop_node(script);
  } else {
    lua_pop(L, 1);
  }
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
