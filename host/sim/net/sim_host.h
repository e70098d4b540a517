/*
** sim_host.h - what the network knows of a node: its machine, whether it runs, its
** sockets, pipes and connections.
**
** Extends struct world. The flags are set from above.
*/

#ifndef HOST_SIM_NET_SIM_HOST_H
#define HOST_SIM_NET_SIM_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/core/world.h"
#include "host/sim/net/network.h"

enum sim_action { SIM_SENT_MESSAGE, SIM_RECEIVED_MESSAGE, SIM_PUT, SIM_RELOADED, SIM_NOTED };

struct sim_host {
  struct world world;
  struct network *network;
  int index;
  char *machine; /* NULL: the one that nodes without a machine share */
  bool up;       /* sockets can be opened and used */
  int pauses;    /* faults that hold it now */
  /* Faults that take something away from it now. */
  int no_descriptors, no_addresses, no_names;
  int64_t started;   /* when it was booted: for a while after that it has what it needs */
  int64_t bandwidth; /* bytes a second; 0: as the network's */
  int busy;          /* faults for which it computes: of what it sends ... */
  uint64_t held;     /* ... messages with a greater id are not on the wire yet */
  /* Called after a send, a receive, ... when not NULL. */
  void (*acted)(struct sim_host *self, enum sim_action action);
  /* When it is called. */
  struct timer run;
  int64_t busy_until;
  bool in_turn;
  bool wants_turn; /* something came up during its turn */
  int sockets_made;
  int sockets_open, sockets_most; /* now; at any time */
  struct list sockets;
  struct list waiting;     /* sockets with something to report */
  struct list lingering;   /* pipes of closed sockets */
  struct list connections; /* the ends that are here */
};

/* 'run' is called for a turn. 'machine' is copied; -1 and ENOMEM. */
int sim_host_init(struct sim_host *self, struct network *network, int index, const char *machine,
                  void (*run)(struct timer *timer));
void sim_host_free(struct sim_host *self);

static inline struct sim_host *sim_host_of(struct world *world) {
  return (struct sim_host *)world;
}

static inline bool sim_host_runs(const struct sim_host *self) {
  return self->up && self->pauses == 0;
}

/* Lacks what a fault takes from it? Not while it starts: that would only be a failure to start. */
bool sim_host_lacks(const struct sim_host *self, int faults);

static inline void sim_host_acted(struct sim_host *self, enum sim_action action) {
  if (self->acted != NULL) self->acted(self, action);
}

/* Have the node called as soon as it may run. */
void sim_host_wake(struct sim_host *self);

/* Do both reach each other as localhost, and over ipc and inproc? */
bool sim_host_is_same_machine(const struct sim_host *a, const struct sim_host *b);

#endif
