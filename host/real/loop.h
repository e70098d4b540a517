/*
** loop.h - a thread's loop: who has a turn, who is looked at, until when to
** wait.
*/

#ifndef HOST_REAL_LOOP_H
#define HOST_REAL_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/real/os/memory_pool.h"
#include "host/real/real.h"

struct real_world;
struct ticker;

enum { RANDOM_NUMBERS = 32 }; /* fetched at a time; 256 bytes are never interrupted */

struct real_loop {
  struct real_process *process;
  uv_loop_t uv;
  uv_prepare_t before_waiting; /* all work is done here */
  uv_idle_t hurry;             /* while active, the loop polls but doesn't wait */
  uv_async_t knock;            /* calls were posted, or the loop is to stop */
  uv_poll_t alarm;             /* a timerfd: libuv's timers know only milliseconds */
  int alarm_fd;
  int64_t armed;              /* when the alarm goes off; INT64_MAX never */
  struct list touched;        /* sources to look at */
  struct list runnable;       /* worlds that get a turn in the next round */
  struct list serving;        /* worlds that get a turn in this round */
  struct list ended;          /* worlds whose end is still to be told */
  struct timers wake_ups;     /* of the worlds; each is always in it */
  int living;                 /* worlds that have not ended, and who else keeps the loop running */
  struct real_world *current; /* whose turn it is; read by the ticker's signal handler */
  struct ticker *ticker;      /* NULL: nobody measures the thread's CPU time */
  struct timer limit;         /* of real_loop_run_for */
  int status;                 /* the greatest of those that ended */
  void (*on_ended)(void *arg, struct world *world, int status);
  void *on_ended_arg;
  uv_async_t interrupt; /* rung by the signal handler */
  void (*on_interrupt)(void *arg, int number);
  void *on_interrupt_arg;
  uv_mutex_t posts_lock;
  struct list posts;
  struct pool pool;     /* for the worlds' states */
  struct frames frames; /* of all worlds here: a message is in it for one call */
  uint64_t random[RANDOM_NUMBERS];
  int random_left;
};

static inline int64_t clock_us(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

#endif
