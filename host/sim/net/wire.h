/*
** wire.h - messages on their way between two hosts: how long they take, how many
** fit, and what holds them up.
**
** A direction has the number of the end that receives. Knows no pipe and no
** handshake.
*/

#ifndef HOST_SIM_NET_WIRE_H
#define HOST_SIM_NET_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/timers.h"
#include "host/sim/net/message.h"
#include "host/sim/net/sim_host.h"

enum { CONNECTING_END, ACCEPTING_END };

struct wire;

struct direction {
  struct wire *wire;
  int receiver;
  struct message *first, *last; /* on the wire */
  int64_t bytes, room;
  int64_t arrival; /* of the latest message */
  int64_t put;     /* when that was put on the wire */
  int64_t latency; /* of what was put then */
  int64_t free;    /* when the line has taken what was put */
  int64_t spread;  /* nothing is delivered before this time */
  bool blocked;    /* the receiver's queue is full */
  bool held;       /* the first has left the wire: the receiver has it, but no room for it */
  bool ends;       /* after what is on the wire, the stream ends */
  struct timer timer;
};

struct wire {
  struct network *network;
  struct sim_host *host[2]; /* at each end; NULL: not known yet */
  int silences;             /* faults that keep it silent */
  struct direction to[2];
};

/* 'deliver' is called when the first message of a direction has arrived, or its end. */
void wire_init(struct wire *self, struct network *network, void (*deliver)(struct timer *timer));
/* Lose all that is on the way, and set no timer any more. */
void wire_free(struct wire *self);
/* The room of this direction, by the buffer options of both ends. */
void wire_set_room(struct wire *self, int receiver, int rcvbuf, int sndbuf);

/* How long it takes to this end now, drawn; us. */
int64_t wire_latency(struct wire *self, int receiver);

/* The network lets nothing through to this end. */
bool wire_blocked(const struct wire *self, int receiver);
/* Nothing gets to this end: the network, or its node stands still. */
bool wire_stalled(const struct wire *self, int receiver);
/* No heartbeat would be answered. */
bool wire_impaired(const struct wire *self);

static inline bool wire_has_room(const struct wire *self, int receiver) {
  return self->to[receiver].bytes < self->to[receiver].room;
}
void wire_put(struct wire *self, int receiver, struct message *message);
/* The first message, taken off; there must be one. */
struct message *wire_take(struct wire *self, int receiver);
/* The receiver has read the first message and holds it outside its queue, which is full: there is
** room on the wire. False if it holds it already. */
bool wire_hold(struct wire *self, int receiver);

/* The receiver stood still: what has arrived reaches it in a moment, drawn. */
void wire_spread(struct wire *self, int receiver);
/* Has the first message, or the end, reached the receiver? */
bool wire_has_arrived(const struct wire *self, int receiver);
/* Have 'deliver' called for what is first. */
void wire_await(struct wire *self, int receiver);
/* The stream to this end stops behind what is on the wire; the sender takes so long to end it. */
void wire_end(struct wire *self, int receiver, int64_t us);
/* Lose what is on the wire to this end. */
void wire_drop(struct wire *self, int receiver);

#endif
