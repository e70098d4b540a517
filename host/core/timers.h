/*
** timers.h - deadlines, the earliest first.
**
** An indexed 4-ary heap: adding, moving and cancelling cost a logarithm, and
** an idle timer costs nothing. Deadlines that are equal fire in the order they
** were set, so that a simulated run can be repeated. Knows no clock.
*/

#ifndef HOST_CORE_TIMERS_H
#define HOST_CORE_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

struct timer {
  int64_t deadline;                  /* us */
  uint64_t order;                    /* breaks ties */
  int index;                         /* place in the heap; -1 when not set */
  void (*fire)(struct timer *timer); /* called unset; may set it again */
};

struct timers {
  struct timer **heap;
  int count;
  int room;
  uint64_t order;
};

void timers_init(struct timers *self);
void timers_free(struct timers *self); /* leaves the timers themselves alone */

void timer_init(struct timer *timer, void (*fire)(struct timer *timer));
static inline bool timer_is_set(const struct timer *timer) {
  return timer->index >= 0;
}

/* Set, or move, a timer. 0, or -1 and ENOMEM with the timer as it was. */
int timers_set(struct timers *self, struct timer *timer, int64_t deadline);
/* The same, but of equal deadlines it fires behind those, and among its like in the order of
** 'rank', whose highest bit does not count. */
int timers_set_behind(struct timers *self, struct timer *timer, int64_t deadline, uint64_t rank);
void timers_remove(struct timers *self, struct timer *timer); /* one that is set */
static inline void timers_cancel(struct timers *self, struct timer *timer) {
  if (timer_is_set(timer)) timers_remove(self, timer);
}

/* The earliest deadline; INT64_MAX when none is set. */
static inline int64_t timers_next(const struct timers *self) {
  return self->count > 0 ? self->heap[0]->deadline : INT64_MAX;
}

/* Unset and return the earliest timer if it is due at 'now', else NULL. */
struct timer *timers_take(struct timers *self, int64_t now);

#endif
