/*
** node_functions.h - the functions of world.h in the simulated world.
*/

#ifndef HOST_SIM_NODE_FUNCTIONS_H
#define HOST_SIM_NODE_FUNCTIONS_H

#include "host/core/world.h"

extern const struct world_functions node_functions;

#endif
