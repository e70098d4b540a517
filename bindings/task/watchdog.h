/*
** watchdog.h - a handler that computes for too long: warned of, cut into slices so
** that other nodes have their turns, and ended at the limit.
**
** Costs nothing while no handler computes for long: it is driven by a tick of the
** thread's CPU time. A slice ends by a hook that yields, which no pcall sees. So
** a node whose task is between two slices is in the middle of an event, and
** nothing else of it may run. What cannot yield (a sort, a __close, a guard) is
** not sliced, and at the limit raises at every instruction.
*/

#ifndef BINDINGS_TASK_WATCHDOG_H
#define BINDINGS_TASK_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#include <lua.h>

#include "bindings/task/script_state.h"

/* As struct real_watchdog has them: in a signal handler, in the middle of anything. */
void watchdog_tick(struct world *world);
void watchdog_stalled(struct world *world, int64_t ms, bool ends);

void watchdog_init(struct watchdog *self, lua_State *main);

/* Around code of the script that is no task's. */
void watchdog_enter(struct script *script);
void watchdog_leave(struct script *script);

/* Around code that runs in another coroutine, or in the script's main thread; the
** result of the first is for the second. */
lua_State *watchdog_into(struct script *script, lua_State *thread);
void watchdog_out(struct script *script, lua_State *outer);

/* Does the event of the last tick go on? */
static inline bool watchdog_goes_on(const struct script *script) {
  const struct watchdog *self = &script->watchdog;
  return self->inside > 0 && self->seen_entry == self->entry &&
         self->seen_run == script->node.world->runs;
}

/* Code ends without having reached a hook: it was in a call of C, or in __gc. */
void watchdog_look_back(struct script *script);

/* The task that was interrupted goes on: the next tick is to know it. */
void watchdog_continue(struct script *script);

/* Around the code of a task, run by lua_resume; 'outer' is watchdog_start's
** result. watchdog_stop says whether a slice has ended, and not the code. */
static inline lua_State *watchdog_start(struct task *task) {
  struct watchdog *self = &task->script->watchdog;
  lua_State *outer = self->innermost;
  self->innermost = task->thread;
  self->inside++;
  self->entry++;
  if (task->state == TASK_SLICED) watchdog_continue(task->script);
  return outer;
}

static inline bool watchdog_stop(struct task *task, lua_State *outer) {
  struct watchdog *self = &task->script->watchdog;
  bool sliced = self->yielded;
  self->yielded = false;
  if (!sliced && watchdog_goes_on(task->script)) watchdog_look_back(task->script);
  self->innermost = outer;
  self->inside--;
  self->entry++;
  return sliced;
}

/* A slice has ended: warn when that is due. True when it was the last: the coroutines
** that the task runs are in 'chain', the innermost first, to be reported and closed. */
bool watchdog_is_over(struct task *task);
/* Close them but for the task's own, which is the outermost. */
void watchdog_close_chain(struct task *task);

/* As lua_resetthread, for code that may not be sliced. */
int watchdog_reset(struct script *script, lua_State *thread);

/* For coroutines.c, after a resume: was it a slice that ended? */
static inline bool watchdog_has_yielded(const struct watchdog *self) {
  return self->yielded;
}
/* Then either the slice's end goes on through this coroutine, or, where that can't
** yield, 'inner' is to be resumed at once; raises when it must not be. */
bool watchdog_passes(lua_State *L, lua_State *inner);

#endif
