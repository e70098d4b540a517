/*
** task.h - a task: a coroutine that the host runs, and what it waits for.
**
** Every handler, 'init', 'main', 'stop' and spawned function runs in a task.
** Finished tasks go to a pool with their coroutine, so that a message costs
** neither a coroutine nor a closure.
*/

#ifndef BINDINGS_TASK_TASK_H
#define BINDINGS_TASK_TASK_H

#include <stdbool.h>

#include <lua.h>

#include "bindings/task/script_state.h"

/* A task from the pool, or a new one; NULL when memory is short. */
struct task *task_new(struct script *script);

/* Run a task for the first time, until it waits or ends: the function and its
** arguments are on its stack. task_start counts this as a run of the node;
** after task_run the function counts by itself. */
void task_start(struct task *task, int arguments);
void task_run(struct task *task, int arguments);

/* Let a new task run when its turn comes: as task_start, but later. */
void task_spawn(struct task *task, int arguments);

/* A waiting task goes on: now, or when its turn comes. 'arguments' values are
** on its stack for it. */
void task_resume(struct task *task, int arguments);
void task_wake(struct task *task, int arguments);

/* Take a task out of whatever it waits in, before something is put on its stack
** for it. */
void task_leave(struct task *task);

/* The task between two slices goes on. */
void task_go_on(struct task *task);

/* Close a task that waits, is runnable or sliced: its <close> variables run. */
void task_close(struct task *task);

/* The code was replaced: close the tasks that run a 'main', or all when the state they
** know is gone. Those that began two generations ago are closed 5 s later. */
void task_retire_all(struct script *script, bool all);
void task_retire_due(struct timer *timer); /* of the script: close those whose time is over */

/* Free a task and its coroutine for good; the script's state still stands. */
void task_free(struct task *task);

/* The task that runs this code; raises "cannot wait here" when the code is not
** a task's, or is where Lua can't yield. */
struct task *task_check(lua_State *L);

/* Wait, in a C function that ends with 'return task_wait(...)': 'ms' is the
** limit (negative: none), 'waiters' the list to stand in (NULL: none), and
** 'next' goes on. A limit that is already running stays as it is when 'ms' is
** TASK_SAME_LIMIT. */
#define TASK_NO_LIMIT (-1.0)
#define TASK_SAME_LIMIT (-2.0)
int task_wait(lua_State *L, struct task *task, double ms, struct list *waiters, lua_KFunction next);

/* The wait is over: no limit runs any more. */
void task_done(struct task *task);

/* The optional limit in ms at 'arg': TASK_NO_LIMIT when absent. */
double task_check_limit(lua_State *L, int arg);

#endif
