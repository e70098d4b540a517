/*
** sim_state.h - all of a simulation, for the files that make it up.
*/

#ifndef HOST_SIM_SIM_STATE_H
#define HOST_SIM_SIM_STATE_H

#include "host/sim/base/run_log.h"
#include "host/sim/net/network.h"
#include "host/sim/sim_run.h"

struct faults;
struct sim_node;
struct stranger;

enum { SIM_MAX_NODES = 1024 };

/* Streams of chance; a node's own is its number behind the last. */
enum sim_stream { SIM_STREAM_FAULTS, SIM_STREAM_NETWORK, SIM_STREAM_NODES, SIM_STREAM_OWN };

struct sim {
  struct network network;
  struct sim_run_options options;
  struct sim_program program;
  int64_t end;
  struct sim_node **nodes;
  int node_count, node_room;
  int must_end; /* nodes that have to end and did not */
  bool failed;
  struct frames *frames;
  struct faults *faults;
  struct stranger *stranger; /* NULL if no fault needs it */
  struct run_log log;
  struct sim_counts counts;
  struct sim_node *current; /* whose turn it is; NULL between turns */
  bool stopped;             /* the run is over at the end of this event */
  uint64_t progress;        /* handlers that had run when last something new happened */
  unsigned char *known;     /* bits, by content: messages since then; NULL: not looked at yet */
};

static inline struct sim *sim_state_of(struct network *network) {
  return (struct sim *)network;
}

/* Log an event whose data are two pieces, one behind the other. */
void sim_state_log(struct sim *self, enum sim_event_kind kind, int node, const void *data,
                   size_t size, const void *more, size_t more_size);
/* Log what happened to a message, as the network's 'observe'. */
void sim_state_log_message(struct network *network, enum network_event event, int host, int peer,
                           const struct network_label *label, struct message *message);

#endif
