/*
** watchdog.h - a handler that computes for too long: reported, cut into slices so
** that other nodes have their turns, and ended in the end.
**
** Costs nothing while nobody computes for long: it hangs on a tick of the
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

struct script;
struct task;
struct world;

enum { WATCHDOG_DEPTH = 16 }; /* coroutines within each other that are closed in order */

/* What is known of one node's computing. The volatile fields are read in the
** tick's signal handler. */
struct watchdog {
  int64_t warn_us, limit_us;       /* of CPU time for one event; 0: never */
  uint64_t slow, ended;            /* events reported, and ended */
  lua_State *volatile innermost;   /* the coroutine that runs now, or will next */
  volatile uint64_t stint;         /* counts how often Lua was entered */
  volatile int inside;             /* how many of these entries are not left yet */
  uint64_t seen_stint, seen_run;   /* what ran at the last tick */
  int unheard;                     /* ticks since a hook was set that has not come */
  int64_t began;                   /* what the thread had used by then, us */
  int64_t spent;                   /* us, of code that is no task's */
  bool warned;                     /* that code */
  bool ending;                     /* that code */
  bool limited;                    /* what runs is watched by others: see limit.h */
  bool closing;                    /* __close runs: it can't be sliced */
  bool yielded;                    /* a hook made the code yield; not yet taken in */
  lua_State *chain[WATCHDOG_DEPTH]; /* the coroutines it went through, innermost first */
  int depth;
};

/* For real_loop_on_tick: the thread has computed for another while, and it is
** this world's turn. */
void watchdog_tick(struct world *world);

void watchdog_init(struct watchdog *self, lua_State *main);

/* Around code of the script that is no task's. */
void watchdog_enter(struct script *script);
void watchdog_leave(struct script *script);

/* Around code that runs in another coroutine, or in the script's main thread; the
** result of the first is for the second. */
lua_State *watchdog_into(struct script *script, lua_State *thread);
void watchdog_out(struct script *script, lua_State *outer);

/* Around the code of a task, run by lua_resume; 'outer' is watchdog_start's
** result. watchdog_stop says whether a slice has ended, and not the code. */
lua_State *watchdog_start(struct task *task);
bool watchdog_stop(struct task *task, lua_State *outer);

/* A slice has ended: report what is due. True when it was the last: the reason is
** logged, the task's coroutines are closed, and the task itself is to be. */
bool watchdog_is_over(struct task *task);

/* As lua_resetthread, for code that may not be sliced. */
int watchdog_reset(struct script *script, lua_State *thread);

/* For whoever resumes coroutines (coroutines.c): was it a slice that ended? */
static inline bool watchdog_has_yielded(const struct watchdog *self) {
  return self->yielded;
}
/* Then either the slice's end goes on through this coroutine, or, where that can't
** yield, 'inner' is to be resumed at once; raises when it must not be. */
bool watchdog_passes(lua_State *L, lua_State *inner);

#endif
