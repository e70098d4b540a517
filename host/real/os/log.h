/*
** log.h - lines of log on standard error.
*/

#ifndef HOST_REAL_OS_LOG_H
#define HOST_REAL_OS_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "host/core/world.h"
#include "host/real/os/kept_log.h"

struct log {
  uv_mutex_t lock; /* a long line takes more than one write */
  bool colourful;
  bool unread;        /* nothing reads the lines, and the process ends */
  atomic_bool ending; /* the process ends; also set by a signal handler */
  struct kept_log kept;
};

void log_init(struct log *self);
void log_free(struct log *self);

/* A line in this name, from any thread. A slow reader of the log is waited for, but
** once the process ends for no longer than a second, and after that not at all. */
void log_line(struct log *self, const char *name, enum world_level level, const char *text,
              size_t size);

/* The same, but only for who asks for the lines that are kept. */
void log_keep(struct log *self, const char *name, const char *text, size_t size);

/* A warning from a signal handler. */
void log_signal_safe(const char *name, const char *text);

#endif
