/*
** network.h - the simulated network as a whole: its clock and events, what is in
** the way between hosts, the listeners, and the pool of messages.
*/

#ifndef HOST_SIM_NET_NETWORK_H
#define HOST_SIM_NET_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/sim/base/random.h"
#include "host/sim/net/message.h"

/* What happens to a message at a host. */
enum network_event {
  NETWORK_SENT,      /* accepted from a node */
  NETWORK_DELIVERED, /* taken by a node */
  NETWORK_DROPPED,   /* lost: no room, no peer, a broken connection, a closed socket */
};

/* A socket, as the log names it. */
struct network_label {
  int number; /* counts the sockets of a node */
  int type;   /* as in zmq.h */
};

enum { NETWORK_LOWEST_PORT = 32768, NETWORK_HIGHEST_PORT = 60999 }; /* those it chooses */

struct network {
  int64_t now; /* us */
  struct timers events;
  struct random random;
  int64_t least_latency, most_latency; /* of a message between hosts, one way; us */
  int64_t bandwidth;                   /* bytes a second; 0: no limit */
  struct messages messages;
  struct list listeners;
  struct list waiting_peers; /* inproc: in the order they came */
  struct list terminating;   /* pipes to take from their sockets after this event */
  struct list closed;        /* connections to free after this event */
  int next_port, next_path, next_name;
  int next_descriptor;
  uint64_t sent, dropped; /* messages */

  /* What faults put in the way; set from above. */
  int hosts;
  uint16_t *blocked; /* from row to column: how many faults block it */
  int64_t *delay;    /* by host; us */
  int blocks, delays;

  /* Called for each event of a message with an id; 'peer' is the other host, -1 if there is none,
  ** 'label' may be NULL. */
  void (*observe)(struct network *self, enum network_event event, int host, int peer,
                  const struct network_label *label, struct message *message);
};

void network_init(struct network *self, uint64_t seed, uint64_t stream);
void network_free(struct network *self);
/* Make room for what faults put between this many hosts; -1 and ENOMEM. */
int network_set_hosts(struct network *self, int hosts);

/* Have 'event' happen at this time, or at once if that is over. */
static inline void network_at(struct network *self, struct timer *event, int64_t time) {
  timers_set(&self->events, event, time > self->now ? time : self->now);
}
/* As that, for the turn of a node: what happens to it at that time comes first, and which of
** several nodes begins is drawn, as it is chance among threads and machines. */
void network_at_chance(struct network *self, struct timer *turn, int64_t time);
static inline void network_cancel(struct network *self, struct timer *event) {
  timers_cancel(&self->events, event);
}

static inline bool network_blocks(const struct network *self, int from, int to) {
  return self->blocks > 0 && self->blocked[from * self->hosts + to] > 0;
}
/* How much longer a message takes now, drawn; us. */
int64_t network_draw_delay(struct network *self, int from, int to);

/* Report what happened to a message. */
void network_sent(struct network *self, int host, int peer, const struct network_label *label,
                  struct message *message);
void network_delivered(struct network *self, int host, int peer, const struct network_label *label,
                       struct message *message);
void network_dropped(struct network *self, int host, const struct network_label *label,
                     struct message *message);

#endif
