/*
** script.c - see script.h.
*/

#include "bindings/task/script.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <lauxlib.h>

#include "bindings/lua/frames.h"
#include "bindings/lua/hash_seed.h"
#include "bindings/task/limit.h"
#include "bindings/task/report.h"
#include "bindings/task/report_error.h"
#include "bindings/task/task.h"
#include "bindings/task/watchdog.h"

/* ---- what the node asks ---- */

bool script_call(struct script *script, const char *name, int arguments, int results) {
  lua_State *L = script->L;
  if (lua_getfield(L, LUA_REGISTRYINDEX, SCRIPT_INSTANCE) != LUA_TTABLE) {
    lua_pop(L, 1 + arguments); /* it could not even be loaded */
    return false;
  }
  lua_getfield(L, -1, name);
  lua_replace(L, -2);
  lua_insert(L, -1 - arguments);
  watchdog_enter(script);
  int status = lua_pcall(L, arguments, results, 0);
  watchdog_leave(script);
  if (status == LUA_OK) return true;
  report_error_outside(script);
  return false;
}

bool script_ask(struct script *script, int arguments) {
  lua_State *L = script->L;
  watchdog_enter(script);
  int status = lua_pcall(L, arguments, 1, 0);
  watchdog_leave(script);
  if (status != LUA_OK) {
    report_error_outside(script);
    return false;
  }
  bool answer = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return answer;
}

void script_spawn_event(struct script *script, struct task *task, int arguments) {
  task_spawn(task, arguments);
  if (script->node.phase < NODE_RUNNING) list_append(&script->held, &task->link);
}

static void do_chore(struct timer *timer) {
  struct script *script = (struct script *)((char *)timer - offsetof(struct script, chore));
  lua_pushboolean(script->L, script->probation == 0);
  script_call(script, "chore", 1, 0);
}

/* A role with a handler for SIGHUP gets it; else it means reload. */
static void signalled(struct script *script, int number) {
  bool handled = script->handle_signal(script, number);
  if (handled || number != SIGHUP) return;
  if (script->sliced != NULL) { /* not in the middle of an event */
    script->hung_up = true;
  } else {
    script_call(script, "hang_up", 0, 0);
  }
}

static void start(struct script *script) {
  if (!script_call(script, "start", 0, 0)) node_stop(&script->node, 1);
}

static void started(struct script *script) {
  list_join(&script->runnable, &script->held);
  node_schedule(&script->node);
  if (!script_call(script, "started", 0, 0)) node_stop(&script->node, 1);
  lua_gc(script->L, LUA_GCCOLLECT); /* what only beginning needed */
  if (script->node.world->trims) script->node.world->functions->trim(script->node.world);
}

static void go_on(struct script *script) {
  task_go_on(script->sliced);
  if (!script->hung_up || script->sliced != NULL) return;
  script->hung_up = false;
  script_call(script, "hang_up", 0, 0);
}

static bool run(struct script *script) {
  if (script->sliced != NULL) {
    go_on(script);
    return true;
  }
  struct list *link = list_shift(&script->runnable);
  if (link == NULL) return false;
  struct task *task = list_entry(link, struct task, link);
  task_start(task, task->arguments);
  return true;
}

static void stop_waiting(struct task_source *source, bool waits) {
  (void)source, (void)waits;
}

/* Run the next role's 'stop', in a task; when none is left, the node may end. */
static void stop_next(struct script *script) {
  script->stopping = NULL;
  bool more = script_call(script, "next_stop", 0, 1);
  if (more) {
    more = lua_toboolean(script->L, -1);
    lua_pop(script->L, 1);
  }
  if (!more) node_finish(&script->node);
}

static void stop_ended(struct task_source *source, bool failed) {
  (void)failed; /* the other roles' turn comes all the same */
  struct script *script = (struct script *)((char *)source - offsetof(struct script, stop_source));
  if (script->node.phase == NODE_STOPPING && !script->node.finishing) stop_next(script);
}

static void close_tasks(struct list *tasks) {
  struct list *link;
  while ((link = list_first(tasks)) != NULL) {
    struct task *task = list_entry(link, struct task, all);
    task_close(task);
  }
}

/* Tasks first: their <close> variables may still speak through the sockets. */
static void close_all(struct script *script) {
  if (script->node.cut) {
    char text[80];
    int size = snprintf(text, sizeof text, "'stop' has not ended within the grace time of %d ms",
                        script->node.sockets.grace);
    script_log(script, WORLD_WARN, text, (size_t)size);
  }
  close_tasks(&script->tasks);
  script_call(script, "close", 0, 0);
}

static const struct script_functions functions = {
    .start = start,
    .started = started,
    .run = run,
    .signal = signalled,
    .stop = stop_next,
    .close = close_all,
};

/* ---- tasks ---- */

struct task *script_spawn(lua_State *L, int arguments, bool fatal) {
  struct script *script = script_of(L);
  struct task *task = task_new(script);
  if (task == NULL || !lua_checkstack(task->thread, arguments + 1)) {
    luaL_error(L, "not enough memory");
  }
  task->fatal = fatal;
  lua_xmove(L, task->thread, arguments + 1);
  task_spawn(task, arguments);
  return task;
}

int script_attempt(lua_State *L, int arguments) {
  struct script *script = script_of(L);
  struct task *task = task_new(script);
  if (task == NULL || !lua_checkstack(task->thread, arguments + 1)) {
    return luaL_error(L, "not enough memory");
  }
  lua_xmove(L, task->thread, arguments + 1);
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, REPORT_ERROR_ATTEMPT);
  script->attempting = true;
  limit_begin(L, task->thread);
  task_start(task, arguments);
  bool reached = limit_end(L, task->thread);
  script->attempting = false;
  if (reached && task->state == TASK_POOLED) task_free(task);
  bool failed = lua_getfield(L, LUA_REGISTRYINDEX, REPORT_ERROR_ATTEMPT) != LUA_TNIL;
  if (failed) {
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
  }
  lua_pushboolean(L, 1);
  return 1;
}

void script_spawn_stop(lua_State *L, int arguments) {
  struct script *script = script_of(L);
  script->stopping = script_spawn(L, arguments, false);
  script->stopping->source = &script->stop_source;
}

/* ---- making and freeing ---- */

static void *allocate(void *data, void *block, size_t old_size, size_t size) {
  struct script *script = data;
  if (block == NULL) old_size = 0; /* then Lua passes a type */
  struct world *world = script->node.world;
  /* The cap is the script's: the host itself always finds room to say what is wrong. */
  bool capped = script->memory_cap > 0 && script->watchdog.inside > 0;
  if (capped && size > old_size && script->memory + size - old_size > script->memory_cap) {
    return NULL;
  }
  void *result = world->functions->allocate(world, block, old_size, size);
  if (result != NULL || size == 0) script->memory += size - old_size;
  return result;
}

static bool no_handler(struct script *script, int number) {
  (void)script, (void)number;
  return false;
}

/* The script lies with what is its own: where memory repeats itself it does so, too. */
struct script *script_new(struct world *world) {
  struct script *script = world->functions->allocate(world, NULL, 0, sizeof *script);
  if (script == NULL) return NULL;
  *script = (struct script){0};
  script->script = script;
  script->generation = 1;
  script->handle_signal = no_handler;
  script->stop_source = (struct task_source){.waiting = stop_waiting, .ended = stop_ended};
  list_init(&script->pool);
  list_init(&script->tasks);
  list_init(&script->runnable);
  list_init(&script->held);
  list_init(&script->signals);
  timer_init(&script->chore, do_chore);
  timer_init(&script->retire, task_retire_due);
  timer_init(&script->repeats, report_repeats);
  node_init(&script->node, world, &functions, script);
  world->node = &script->node;
  script->loans = world->lends ? loans_new() : NULL;
  if (script->loans != NULL || !world->lends) {
    hash_seed_next_state(world->functions->hash_seed(world));
    script->L = lua_newstate(allocate, script);
  }
  if (script->L == NULL) {
    script_free(script);
    return NULL;
  }
  *(struct script **)lua_getextraspace(script->L) = script;
  watchdog_init(&script->watchdog, script->L);
  return script;
}

void script_move(struct script *script, struct world *world) {
  script->node.world = script->node.sockets.world = world;
  world->node = &script->node;
  world->warn_us = script->watchdog.warn_us;
}

bool script_is_idle(struct script *script) {
  return script->loans == NULL || !loans_outstanding(script->loans);
}

static void free_tasks(struct list *tasks) {
  struct list *link;
  while ((link = list_first(tasks)) != NULL) task_free(list_entry(link, struct task, link));
}

void script_free(struct script *script) {
  if (script->L != NULL) {
    close_tasks(&script->tasks);
    free_tasks(&script->pool);
    lua_close(script->L);
  }
  struct world *world = script->node.world;
  node_free(&script->node);
  frames_clear(world->frames); /* an error may have left some */
  if (script->loans != NULL) loans_free(script->loans);
  free(script->result);
  world->functions->allocate(world, script, sizeof *script, 0);
}
