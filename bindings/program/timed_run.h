/*
** timed_run.h - a simulated run in which code without an end is stopped.
**
** Virtual time stands still while a handler computes, so the processor's is taken.
*/

#ifndef BINDINGS_PROGRAM_TIMED_RUN_H
#define BINDINGS_PROGRAM_TIMED_RUN_H

#include "host/sim/sim_world.h"

/* As sim_world_run, for programs that are scripts. */
enum sim_end timed_run(struct sim *sim);

#endif
