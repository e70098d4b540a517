/*
** signals.h - signals as events of a loop.
*/

#ifndef HOST_REAL_OS_SIGNALS_H
#define HOST_REAL_OS_SIGNALS_H

#include <stdbool.h>

#include "host/real/world.h"

/* As world_functions has it. */
int signals_watch(struct world *world, int number, bool on);
/* No longer watch any of this world's. */
void signals_forget(struct real_world *world);

#endif
