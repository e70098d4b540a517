/*
** task.c - see task.h.
**
** Whatever a task's thread needs pushed is pushed inside the running task, where
** an error belongs to it; from outside only values that need no memory.
*/

#include "bindings/task/task.h"

#include <lauxlib.h>

#include "bindings/task/report_error.h"
#include "bindings/task/watchdog.h"

enum { POOL_SIZE = 256 }; /* finished tasks that are kept; beyond it their memory counts more */

static void limit_reached(struct timer *timer) {
  struct task *task = (struct task *)((char *)timer - offsetof(struct task, timer));
  task->timed_out = true;
  task_resume(task, 0);
}

/* (task) -> nothing: give it a thread, which the registry keeps. */
static int make_thread(lua_State *L) {
  struct task *task = lua_touserdata(L, 1);
  task->thread = lua_newthread(L);
  *(struct task **)lua_getextraspace(task->thread) = task;
  lua_rawsetp(L, LUA_REGISTRYINDEX, task);
  return 0;
}

static void free_memory(struct script *script, struct task *task) {
  struct world *world = script->node.world;
  world->functions->allocate(world, task, sizeof *task, 0);
}

/* The registry's key of its thread is its address, so that has to repeat itself, too. */
static struct task *create(struct script *script) {
  struct world *world = script->node.world;
  struct task *task = world->functions->allocate(world, NULL, 0, sizeof *task);
  if (task == NULL) return NULL;
  *task = (struct task){.script = script};
  list_init(&task->link);
  list_init(&task->all);
  timer_init(&task->timer, limit_reached);
  lua_State *L = script->L;
  lua_pushcfunction(L, make_thread);
  lua_pushlightuserdata(L, task);
  if (lua_pcall(L, 1, 0, 0) == LUA_OK) return task;
  lua_pop(L, 1);
  free_memory(script, task);
  return NULL;
}

struct task *task_new(struct script *script) {
  struct list *link = list_shift(&script->pool);
  script->pooled -= link != NULL;
  struct task *task = link != NULL ? list_entry(link, struct task, link) : create(script);
  if (task == NULL) return NULL;
  task->state = TASK_RUNNING;
  task->source = NULL;
  task->fatal = task->restarts = task->spoilt = task->warned = false;
  task->spent = 0;
  task->generation = script->generation;
  task->retires = 0;
  list_append(&script->tasks, &task->all);
  return task;
}

void task_free(struct task *task) {
  task->script->pooled -= task->state == TASK_POOLED;
  list_remove(&task->link);
  list_remove(&task->all);
  timers_cancel(&task->script->node.timers, &task->timer);
  lua_pushnil(task->script->L);
  lua_rawsetp(task->script->L, LUA_REGISTRYINDEX, task);
  free_memory(task->script, task);
}

void task_leave(struct task *task) {
  if (task->forget != NULL) task->forget(task);
  task->forget = NULL;
  list_remove(&task->link);
}

static void finish(struct task *task, bool failed) {
  struct task_source *source = task->source;
  task_done(task);
  lua_settop(task->thread, 0);
  list_remove(&task->all);
  task->state = TASK_POOLED;
  list_append(&task->script->pool, &task->link);
  task->script->pooled++;
  if (source != NULL) {
    if (task->waited) source->waiting(source, false);
    task->waited = false;
    source->ended(source, failed);
  }
  struct script *script = task->script;
  bool full = script->pooled > POOL_SIZE && !script->attempting;
  if (task->spoilt || full) task_free(task);
}

/* Close what the task is in the middle of. Where that was an xpcall, its thread
** goes on taking what is in that place for the handler of errors (Lua 5.4.4), so
** it can't be used again. */
static void close_code(struct task *task) {
  task->spoilt = true;
  if (watchdog_reset(task->script, task->thread) != LUA_OK) report_error_in_close(task);
}

/* The error on top of the task's stack was reported: now its <close> variables
** run. What one of them raises is another error. */
static void unwind(struct task *task) {
  lua_State *L = task->script->L, *thread = task->thread;
  int status = lua_status(thread);
  lua_pushvalue(thread, -1);
  lua_xmove(thread, L, 1);
  bool same = watchdog_reset(task->script, thread) == status;
  if (same && status == LUA_ERRRUN) {
    lua_pushvalue(thread, -1);
    lua_xmove(thread, L, 1);
    same = lua_rawequal(L, -1, -2);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  if (!same) report_error_in_close(task);
}

static void wait_begins(struct task *task) {
  if (task->waited || task->source == NULL) return;
  task->waited = true;
  task->source->waiting(task->source, true);
}

/* A slice of a long computation is over, and with the last one the task. */
static void pause(struct task *task) {
  struct script *script = task->script;
  if (watchdog_is_over(task)) {
    report_error_ended(task, task->spent / 1000, script->watchdog.chain, script->watchdog.depth);
    watchdog_close_chain(task);
    close_code(task);
    finish(task, true);
    return;
  }
  task->state = TASK_SLICED;
  script->sliced = task;
  node_set_computing(&script->node, true);
  wait_begins(task);
}

void task_run(struct task *task, int arguments) {
  struct script *script = task->script;
  struct task *outer = script->running;
  int results = 0;
  lua_State *outer_thread = watchdog_start(task);
  task->state = TASK_RUNNING;
  script->running = task;
  int status = lua_resume(task->thread, script->L, arguments, &results);
  bool sliced = watchdog_stop(task, outer_thread);
  script->running = outer;
  if (sliced) {
    pause(task);
  } else if (status == LUA_YIELD) {
    lua_pop(task->thread, results);
    wait_begins(task);
  } else {
    if (status != LUA_OK) {
      report_error(task);
      unwind(task);
    }
    finish(task, status != LUA_OK);
    if (status == LUA_ERRMEM) lua_gc(script->L, LUA_GCCOLLECT); /* what it held is free now */
  }
}

void task_go_on(struct task *task) {
  task->script->sliced = NULL;
  node_set_computing(&task->script->node, false);
  task_run(task, 0);
}

void task_start(struct task *task, int arguments) {
  node_count_run(&task->script->node);
  task_run(task, arguments);
}

void task_spawn(struct task *task, int arguments) {
  task->arguments = arguments;
  task->state = TASK_RUNNABLE;
  list_append(&task->script->runnable, &task->link);
  node_schedule(&task->script->node);
}

void task_resume(struct task *task, int arguments) {
  task_leave(task);
  task_start(task, arguments);
}

void task_wake(struct task *task, int arguments) {
  task_leave(task);
  timers_cancel(&task->script->node.timers, &task->timer); /* it can't be too late any more */
  task_spawn(task, arguments);
}

void task_close(struct task *task) {
  if (task->state == TASK_SLICED) {
    task->script->sliced = NULL;
    node_set_computing(&task->script->node, false);
  }
  task_leave(task);
  task_done(task);
  close_code(task);
  finish(task, true);
}

/* A task that began two generations ago has some time left to end by itself; fewer
** when the code changes again and again. */
enum { RETIRE_MS = 5000, MOST_GENERATIONS = 1000 };

static bool is_outdated(const struct task *task) {
  return task->generation + 1 < task->script->generation && !task->restarts;
}

/* Close the task if its time is over; else it counts for when to look again. */
static void retire(struct task *task, int64_t now, int64_t *next) {
  struct script *script = task->script;
  if (task->retires == 0) task->retires = node_after(&script->node, RETIRE_MS);
  if (task->retires <= now || task->generation + MOST_GENERATIONS < script->generation) {
    report_error_outdated(task);
    task_close(task);
  } else if (*next == 0 || task->retires < *next) {
    *next = task->retires;
  }
}

/* Go through all tasks, of which any may close others; 'all' and 'mains' are closed
** whatever they wait for. */
static void retire_tasks(struct script *script, bool mains, bool all) {
  struct world *world = script->node.world;
  int64_t now = world->functions->now(world), next = 0;
  struct list tasks;
  list_init(&tasks);
  list_join(&tasks, &script->tasks);
  struct list *link;
  while ((link = list_first(&tasks)) != NULL) {
    struct task *task = list_entry(link, struct task, all);
    list_append(&script->tasks, link);
    if (all || (mains && task->restarts)) {
      task_close(task);
    } else if (is_outdated(task)) {
      retire(task, now, &next);
    }
  }
  if (next != 0) timers_set(&script->node.timers, &script->retire, next);
}

void task_retire_all(struct script *script, bool all) {
  retire_tasks(script, true, all);
}

void task_retire_due(struct timer *timer) {
  retire_tasks((struct script *)((char *)timer - offsetof(struct script, retire)), false, false);
}

struct task *task_check(lua_State *L) {
  struct task *task = *(struct task **)lua_getextraspace(L);
  bool is_task = (void *)task != (void *)task->script; /* see script_of */
  if (!is_task || !lua_isyieldable(L)) luaL_error(L, "cannot wait here");
  return task;
}

int task_wait(lua_State *L, struct task *task, double ms, struct list *waiters,
              lua_KFunction next) {
  struct node *node = &task->script->node;
  if (ms != TASK_SAME_LIMIT) task->timed_out = false;
  if (ms >= 0 && timers_set(&node->timers, &task->timer, node_after(node, ms)) != 0) {
    return luaL_error(L, "not enough memory");
  }
  if (waiters != NULL) list_append(waiters, &task->link);
  task->state = TASK_WAITING;
  return lua_yieldk(L, 0, 0, next);
}

void task_done(struct task *task) {
  timers_cancel(&task->script->node.timers, &task->timer);
  task->timed_out = false;
}

double task_check_limit(lua_State *L, int arg) {
  if (lua_isnoneornil(L, arg)) return TASK_NO_LIMIT;
  double ms = luaL_checknumber(L, arg);
  luaL_argcheck(L, ms >= 0, arg, "a time in ms can't be negative");
  return ms;
}
