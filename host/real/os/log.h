/*
** log.h - lines of log on standard error.
*/

#ifndef HOST_REAL_OS_LOG_H
#define HOST_REAL_OS_LOG_H

#include <stddef.h>

#include "host/core/world.h"

struct real_process;

/* A line in this name, from any thread. Whoever reads the log may be slow: that is
** waited for, but once the process ends for no longer than a second, and after
** that not at all. */
void log_line(struct real_process *process, const char *name, enum world_level level,
              const char *text, size_t size);

/* As world_functions has them: in the name of the node. */
void log_write(struct world *world, enum world_level level, const char *text, size_t size);
void log_cry(struct world *world, const char *text);

/* Is standard error a terminal, and has nobody asked for no colours? */
bool log_wants_colour(void);

#endif
