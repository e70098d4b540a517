/*
** round_robin.h - the pipes that a socket reads from, or writes to, in turn.
**
** The first 'active' ones may have something (or have room); the rest were
** found empty (or full). Kept exactly as libzmq keeps its own arrays, swaps and
** all, because the order decides which is served next.
*/

#ifndef HOST_SIM_NET_ROUND_ROBIN_H
#define HOST_SIM_NET_ROUND_ROBIN_H

#include <stdbool.h>

#include "host/sim/net/pipe.h"

enum round_robin_side { ROUND_ROBIN_IN, ROUND_ROBIN_OUT };

struct round_robin {
  struct pipe **item;
  int count, active, current, room;
  enum round_robin_side side;
};

void round_robin_init(struct round_robin *self, enum round_robin_side side);
void round_robin_free(struct round_robin *self);
int round_robin_add(struct round_robin *self,
                    struct pipe *pipe); /* active at once; -1 and ENOMEM */
void round_robin_remove(struct round_robin *self,
                        struct pipe *pipe); /* also one that is not there */
void round_robin_activate(struct round_robin *self, struct pipe *pipe);
bool round_robin_has(const struct round_robin *self, const struct pipe *pipe);

/* Put the pipe at this place behind the active ones: it was found empty, or full. */
void round_robin_retire(struct round_robin *self, int place);

/* Balancing: the pipe whose turn it is to be sent to, or NULL if all are full;
** after the write, round_robin_advance. */
struct pipe *round_robin_writable(struct round_robin *self);
void round_robin_advance(struct round_robin *self);

/* For sending to all: this pipe is full. */
void round_robin_deactivate(struct round_robin *self, struct pipe *pipe);

#endif
