/*
** world.h - a node's place on a loop.
*/

#ifndef HOST_REAL_WORLD_H
#define HOST_REAL_WORLD_H

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/real/real.h"

struct real_world {
  struct world base;
  struct real_loop *loop;
  struct list link;     /* in the loop: runnable, serving or ended */
  struct timer wake_up; /* in the loop's heap; INT64_MAX when the node wants none */
  struct list signals;  /* that the node watches */
  bool ended;
  int status; /* once ended */
  char name[];
};

static inline struct real_world *real_world(struct world *world) {
  return (struct real_world *)world;
}

/* Let it have a turn soon. */
void real_world_schedule(struct real_world *self);

#endif
