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

struct sim_host {
  struct world world;
  struct network *network;
  int index;
  char *machine; /* NULL: the one that nodes without a machine share */
  bool up;       /* sockets can be opened and used */
  int pauses;    /* faults that hold it now */
  /* When it is called. */
  struct timer run;
  int64_t busy_until;
  bool in_turn;
  bool wants_turn; /* something came up during its turn */
  int sockets_made;
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

/* Have the node called as soon as it may run. */
void sim_host_wake(struct sim_host *self);

/* Do both reach each other as localhost, and over ipc and inproc? */
bool sim_host_is_same_machine(const struct sim_host *a, const struct sim_host *b);

#endif
