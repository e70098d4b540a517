/*
** loop.h - a thread's loop, and a node's place on it: which nodes have a turn, which
** descriptors are checked, until when to wait.
*/

#ifndef HOST_REAL_LOOP_H
#define HOST_REAL_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/real/os/memory_pool.h"
#include "host/real/os/signals.h"
#include "host/real/real.h"
#include "host/real/stall_watch.h"

struct cpu_timer;
struct guest_loop;

enum { RANDOM_NUMBERS = 32 }; /* fetched at a time; 256 bytes are never interrupted */

struct real_loop {
  struct real_process *process;
  uv_loop_t uv;
  uv_prepare_t before_waiting; /* all work is done here */
  uv_idle_t spin;              /* while active, the loop polls but doesn't wait */
  uv_async_t wakeup;           /* calls were posted, or the loop is to stop */
  uv_poll_t timer;             /* a timerfd: libuv's timers know only milliseconds */
  int timer_fd;
  int64_t armed;          /* when the timer expires; INT64_MAX never */
  struct list dirty;      /* descriptors to check */
  struct list runnable;   /* worlds that get a turn in the next round */
  struct list serving;    /* worlds that get a turn in this round */
  struct list ended;      /* worlds whose end is still to be reported */
  struct timers wake_ups; /* of the worlds; each is always in it */
  int living;             /* worlds that have not ended, and other reasons to run on */
  struct stall stall;     /* whose turn it is: read by signal handlers and another thread */
  struct cpu_timer *cpu_timer;
  const struct real_watchdog *watchdog;
  struct timer limit; /* of real_loop_run_for */
  int status;         /* the greatest of those that ended */
  void (*on_ended)(void *arg, struct world *world, int status);
  void *on_ended_arg;
  struct interrupt interrupt;
  uv_mutex_t posts_lock;
  struct list posts;
  struct list calling;     /* posts that are being called, one after another */
  struct memory_pool pool; /* for the worlds' states */
  struct frames frames;    /* of all worlds here: a message is in it for one call */
  uint64_t random[RANDOM_NUMBERS];
  int random_left;
};

/* A node's place on a loop. */
struct real_world {
  struct world base;
  struct real_loop *loop;
  struct list link;         /* in the loop: runnable, serving or ended */
  struct timer wake_up;     /* in the loop's heap; INT64_MAX when the node wants none */
  struct list signals;      /* that the node watches */
  struct guest_loop *guest; /* NULL: none */
  void (*after_turn)(struct real_world *world); /* runs the guest; NULL: there is none */
  bool ended;
  int status; /* once ended */
  char name[];
};

static inline struct real_world *real_world(struct world *world) {
  return (struct real_world *)world;
}

/* Let it have a turn soon. */
static inline void real_world_schedule(struct real_world *self) {
  if (!self->ended && list_empty(&self->link)) list_append(&self->loop->runnable, &self->link);
}

#endif
