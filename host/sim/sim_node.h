/*
** sim_node.h - a node's place in the simulation: when it runs, its clocks, its
** signals.
**
** Extends struct sim_host. Knows when a node may run, not what it does; a turn
** takes virtual time according to the handlers that ran.
*/

#ifndef HOST_SIM_SIM_NODE_H
#define HOST_SIM_SIM_NODE_H

#include <stdbool.h>

#include "host/core/timers.h"
#include "host/core/world.h"
#include "host/sim/base/arena.h"
#include "host/sim/base/random.h"
#include "host/sim/net/sim_host.h"
#include "host/sim/sim_input.h"
#include "host/sim/sim_store.h"

struct sim;

enum sim_node_phase {
  SIM_NODE_DOWN, /* not booted, or crashed */
  SIM_NODE_UP,
  SIM_NODE_HALTING, /* being destroyed: whatever it does has no effect */
  SIM_NODE_ENDED,
};

enum { SIM_NODE_SIGNALS = 65 };

struct sim_node {
  struct sim_host host;
  const struct world_functions *functions;
  struct world_functions crashed_functions;
  struct sim *sim;
  char *name;
  bool ends, restarts; /* as sim_world_add_node has them */
  int failures;        /* in a row */
  struct timer again;  /* boots it after one */
  bool crashes;        /* at the end of this turn: silently, or ... */
  bool crashes_silently;
  int64_t computes; /* us that its turn takes longer */
  bool reloads;     /* a reload is to be heard of after the next turn */
  bool dead;        /* is not booted any more */
  enum sim_node_phase phase;
  int status;
  void *program;
  int boots;
  struct random random;
  struct arena arena;
  struct arena_profile own_profile, *profile; /* the same for all copies of a node */
  struct sim_disk disk;
  struct sim_input input;
  struct timer wake;
  int64_t wake_time; /* by the node's own clock; WORLD_NEVER: none */
  int idle_turns;    /* turns in a row in which nothing ran, at one instant */
  int slowness;
  /* The monotonic clock showed 'clock' at 'clock_since', and runs 'rate' parts in
  ** a million fast. */
  int64_t clock, clock_since, rate;
  int64_t wall; /* wall clock less monotonic clock */
  bool watched[SIM_NODE_SIGNALS];
  bool signalled[SIM_NODE_SIGNALS];
  bool has_signal;
};

/* 'functions' are what the node calls while it is up. */
int sim_node_init(struct sim_node *self, struct sim *sim, int index, const char *name,
                  const char *machine, const struct world_functions *functions);
void sim_node_free(struct sim_node *self);

/* Begin the program; false if it failed to. */
bool sim_node_boot(struct sim_node *self);
/* End it: 'phase' is what the node is from then on. Its sockets are gone. */
void sim_node_halt(struct sim_node *self, enum sim_node_phase phase);

/* Die at once, or at the end of its turn, the rest of which has no effect; 'silent': with the
 * machine, so that no peer is told. */
void sim_node_crash(struct sim_node *self, bool silent);
void sim_node_restart(struct sim_node *self);
/* Crash, if it is up, and stay down; the run does not wait for its end. */
void sim_node_die(struct sim_node *self, bool silent);
/* Give up what sockets that are closed have not sent. */
void sim_node_sweep(struct sim_node *self);

/* Have it get a signal that it watches. */
void sim_node_signal(struct sim_node *self, int number);

/* Its program has ended, with this exit status. */
void sim_node_ended(struct sim_node *self, int status);

/* Have it called when its clock shows this time, which replaces the one before. */
void sim_node_set_alarm(struct sim_node *self, int64_t time);

/* The node's clocks. */
int64_t sim_node_now(struct world *world);
void sim_node_set_rate(struct sim_node *self, int64_t rate);

/* Compute for 'us': no turn, while its connections are served. What it has sent since this call
** leaves when sim_node_rest is called. */
void sim_node_compute(struct sim_node *self, int64_t us);
void sim_node_rest(struct sim_node *self);

/* SIGSTOP and SIGCONT; pauses add up. */
void sim_node_pause(struct sim_node *self);
void sim_node_continue(struct sim_node *self);

static inline struct sim_node *sim_node_of(struct world *world) {
  return (struct sim_node *)world;
}

#endif
