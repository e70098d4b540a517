/*
** fault_effects.h - what each kind of fault does to nodes and connections.
*/

#ifndef HOST_SIM_FAULT_EFFECTS_H
#define HOST_SIM_FAULT_EFFECTS_H

#include <stdbool.h>

#include "host/sim/sim_run.h"

/* Begin a fault, which has this index in the schedule; a peer that was left open is chosen. False
** if it had no effect, or if it has no end. */
bool fault_effects_begin(struct sim *sim, struct sim_fault *fault, int index);
void fault_effects_end(struct sim *sim, struct sim_fault *fault, int index);

#endif
