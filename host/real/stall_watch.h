/*
** stall_watch.h - a thread that finds loops whose node is blocked: in a system call, or,
** when the process is to end, in anything.
**
** It measures wall time. A loop is blocked while the same node has its turn, no further
** handler has begun and its thread sleeps. Then the loop's thread is interrupted by a
** signal, in whose handler the node can be asked what it does.
*/

#ifndef HOST_REAL_STALL_WATCH_H
#define HOST_REAL_STALL_WATCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "host/core/list.h"
#include "host/core/world.h"

/* A loop, as the watch sees it. */
struct stall {
  struct world *volatile current; /* which has its turn; NULL: none. The loop sets it ... */
  volatile uint64_t turns;        /* ... and counts the turns */
  /* In a signal handler on the loop's thread: this world has stood still for 'ms';
  ** 'ends' when the process ends by force, because of it. */
  void (*on_stall)(struct world *world, int64_t ms, bool ends);
  struct list link;
  pthread_t thread;
  pid_t thread_id;
  const struct world *world; /* this and the next: at the last check */
  uint64_t turn, run;
  int64_t since; /* us: when that was seen first */
  bool reported;
  bool ends;
  uint64_t turn_at_end; /* when the interrupt was seen */
};

/* Watch the loop of the calling thread. 0, or -1 and errno. */
int stall_watch_add(struct stall *self,
                    void (*on_stall)(struct world *world, int64_t ms, bool ends));
void stall_watch_remove(struct stall *self); /* also one that is not watched */

/* A world that has no turn is about to be freed. */
void stall_watch_forget(void);

/* After SIGINT or SIGTERM the process is to end within 'grace_ms', whatever blocks, with
** exit status 1. */
void stall_watch_end_within(int grace_ms);

#endif
