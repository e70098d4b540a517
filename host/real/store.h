/*
** store.h - the stores of the real world: a file each, written on a thread of its own.
*/

#ifndef HOST_REAL_STORE_H
#define HOST_REAL_STORE_H

#include "host/core/world.h"

/* As world_functions.open_store has it: the file is PATH.sqlite. */
struct world_store *real_store_open(struct world *world, const char *path, char *reason);

#endif
