/*
** state.h - all of a simulation, for the files that make it up.
*/

#ifndef HOST_SIM_NET_STATE_H
#define HOST_SIM_NET_STATE_H

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/sim/base/random.h"
#include "host/sim/base/run_log.h"
#include "host/sim/faults.h"
#include "host/sim/net/message.h"
#include "host/sim/net/network.h"
#include "host/sim/sim_node.h"
#include "host/sim/sim_world.h"

enum { SIM_MAX_NODES = 1024 };

/* Streams of chance; a node's own is its number behind the last. */
enum sim_stream { SIM_STREAM_FAULTS, SIM_STREAM_NETWORK, SIM_STREAM_NODES, SIM_STREAM_OWN };

struct sim {
  struct sim_options options;
  struct sim_program program;
  int64_t now, end;
  struct timers events;
  struct sim_node **nodes;
  int node_count, node_room;
  int must_end; /* nodes that have to end and did not */
  bool failed;
  struct frames *frames;
  struct messages messages;
  struct network network;
  struct faults faults;
  struct history history;
  struct list doomed; /* pipes to take from their sockets after this event */
  struct list closed; /* connections to free after this event */
  struct sim_counts counts;
};

/* Have 'event' happen at this time, or at once if that is over. */
static inline void sim_at(struct sim *self, struct timer *event, int64_t time) {
  timers_set(&self->events, event, time > self->now ? time : self->now);
}
static inline void sim_never(struct sim *self, struct timer *event) {
  timers_cancel(&self->events, event);
}

#endif
