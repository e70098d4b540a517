/*
** round_robin.h - the pipes a socket reads from, or writes to, in turn.
**
** The first 'active' ones may have something (or have room); the rest were
** found empty (or full). Kept exactly as libzmq keeps its own arrays, swaps and
** all, because the order decides who is served next.
*/

#ifndef HOST_SIM_NET_ROUND_ROBIN_H
#define HOST_SIM_NET_ROUND_ROBIN_H

#include <stdbool.h>

#include "host/sim/net/message_queue.h"

enum pipes_side { PIPES_IN, PIPES_OUT };

struct pipes {
  struct pipe **item;
  int count, active, current, room;
  enum pipes_side side;
};

void pipes_init(struct pipes *self, enum pipes_side side);
void pipes_free(struct pipes *self);
int pipes_add(struct pipes *self, struct pipe *pipe);     /* active at once; -1 and ENOMEM */
void pipes_remove(struct pipes *self, struct pipe *pipe); /* also one that is not there */
void pipes_activate(struct pipes *self, struct pipe *pipe);
bool pipes_has(const struct pipes *self, const struct pipe *pipe);

/* Fair queueing: the next message of all pipes in turn, and whose it is. */
struct message *pipes_receive(struct pipes *self, struct pipe **from);
/* The message that pipes_receive would give. */
struct message *pipes_peek(struct pipes *self);

/* Balancing: the pipe whose turn it is to be sent to, or NULL if all are full;
** after the write, pipes_advance. */
struct pipe *pipes_writable(struct pipes *self);
void pipes_advance(struct pipes *self);

/* For sending to all: this pipe is full. */
void pipes_deactivate(struct pipes *self, struct pipe *pipe);

#endif
