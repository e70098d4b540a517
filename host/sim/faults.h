/*
** faults.h - the faults of a run: their schedule, and what each does when its
** time comes and when it is over.
*/

#ifndef HOST_SIM_FAULTS_H
#define HOST_SIM_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "host/sim/base/random.h"
#include "host/sim/sim_world.h"

struct sim_node;
struct scheduled;

struct faults {
  struct sim_fault *item;
  int count, room;
  bool ready; /* given or drawn */
  struct scheduled *scheduled;
  uint16_t *blocked; /* from row to column: how many faults block it */
  int64_t *delay;    /* by node */
  int nodes;
  int blocks, delays; /* how many are in force */
};

void faults_free(struct faults *self);

/* Add to the schedule; -1 and ENOMEM. */
int faults_add(struct faults *self, const struct sim_fault *fault);

/* Draw a schedule from the seed, if none was given. */
void faults_draw(struct sim *sim);
/* Have them all happen; -1 and ENOMEM. */
int faults_start(struct sim *sim);

/* How much later than the others this node is booted, in us. */
int64_t faults_late_start(const struct faults *self, int node);

bool faults_are_blocking(const struct faults *self, int from, int to);
int64_t faults_draw_delay(const struct faults *self, struct random *random, int from, int to);

#endif
