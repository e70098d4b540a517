/*
** faults.h - the faults of a run: what each does when its time comes and when it is
** over.
*/

#ifndef HOST_SIM_FAULTS_H
#define HOST_SIM_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/sim/sim_run.h"

struct scheduled;

struct faults {
  struct sim_fault *item; /* the schedule */
  int count, room;
  bool ready; /* given or drawn */
  struct scheduled *scheduled;
  struct list aimed; /* those that wait for an event of their node */
};

void faults_free(struct faults *self);

/* Add to the schedule; -1 and ENOMEM. */
int faults_add(struct faults *self, const struct sim_fault *fault);

/* Have them all happen; -1 and ENOMEM. */
int faults_start(struct sim *sim);

/* How much later than the others this node is booted, in us. */
int64_t faults_late_start(const struct faults *self, int node);

#endif
