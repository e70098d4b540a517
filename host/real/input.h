/*
** input.h - standard input on a node's loop.
*/

#ifndef HOST_REAL_INPUT_H
#define HOST_REAL_INPUT_H

#include "host/core/world.h"

/* As world_functions.open_input. What a node that has ended did not take, the next one
** of the process gets. */
struct world_input *real_input_open(struct world *world);

#endif
