/*
** readiness.h - what a node and its sockets share: which sockets are open, which are
** to be served, and the request for a turn.
*/

#ifndef HOST_CORE_READINESS_H
#define HOST_CORE_READINESS_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/core/world.h"

struct readiness {
  struct world *world;
  bool woken;          /* something may be runnable: another turn is due */
  int grace;           /* ms from a stop to the end */
  int64_t over;        /* when the grace time ends; WORLD_NEVER before the stop */
  struct list open;    /* all open sockets */
  struct list ready;   /* sockets with work, for the next round */
  struct list serving; /* sockets with work, in this round */
  struct list shut;    /* sockets whose guard said no */
};

/* Have a turn soon. */
static inline void readiness_schedule(struct readiness *self) {
  self->woken = true;
  self->world->functions->schedule(self->world);
}

/* How long, in ms, what is unsent may linger when a socket is closed now. */
static inline int readiness_linger(const struct readiness *self) {
  if (self->over == WORLD_NEVER) return self->grace;
  int64_t left = (self->over - self->world->functions->now(self->world)) / 1000;
  return left > 0 ? (int)left : 0;
}

#endif
