/*
** fault_kinds.h - the kinds of faults: their names, units and defaults.
*/

#ifndef HOST_SIM_FAULT_KINDS_H
#define HOST_SIM_FAULT_KINDS_H

#include "host/sim/sim_run.h"

struct fault_kind {
  const char *name;
  struct sim_range every, duration, amount; /* where a topology does not say */
};

const struct fault_kind *fault_kinds_get(enum sim_fault_kind kind);
/* The kind of this name; -1 if there is none. */
int fault_kinds_find(const char *name);
/* Is its amount a time, in us? */
bool fault_kinds_is_timed(enum sim_fault_kind kind);
/* Does it hit at an instant, so that it may be aimed? */
bool fault_kinds_is_aimed(enum sim_fault_kind kind);
/* Is it of a connection: between its node and a peer? */
bool fault_kinds_has_peer(enum sim_fault_kind kind);

const char *fault_kinds_aim_name(enum sim_aim aim);
/* The aim of this name; SIM_AIM_NONE if there is none. */
enum sim_aim fault_kinds_find_aim(const char *name);

#endif
