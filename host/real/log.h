/*
** log.h - lines of log on standard error.
*/

#ifndef HOST_REAL_LOG_H
#define HOST_REAL_LOG_H

#include "host/world.h"

/* As world_functions has it. */
void log_write(struct world *world, enum world_level level, const char *text, size_t size);

/* Is standard error a terminal, and has nobody asked for no colours? */
bool log_wants_colour(void);

#endif
