/*
** sim_store.h - the stores of a simulated node, on its simulated disk.
**
** A commit takes from one to 200 ms, longer or for nothing while a fault holds the disk. A
** crash keeps the whole of a commit under way, or nothing of it; what was in none is lost.
*/

#ifndef HOST_SIM_SIM_STORE_H
#define HOST_SIM_SIM_STORE_H

#include "host/core/world.h"

/* As world_functions.open_store has it: what is before the last '/' of the path is no part
** of the name. */
struct world_store *sim_store_open(struct world *world, const char *path, char *reason);

#endif
