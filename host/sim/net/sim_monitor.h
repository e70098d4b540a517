/*
** sim_monitor.h - events of a socket's connections, reported to its node in a later
** turn: never from inside a call the node made.
*/

#ifndef HOST_SIM_NET_SIM_MONITOR_H
#define HOST_SIM_NET_SIM_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/sim/net/sim_host.h"

struct sim_monitor {
  struct sim_host *host;
  struct list *waiting; /* the socket's link in the host's list of sockets that report */
  bool on;
  struct list events;
};

static inline bool sim_monitor_has_news(const struct sim_monitor *self) {
  return !list_empty(&self->events);
}

void sim_monitor_init(struct sim_monitor *self, struct sim_host *host, struct list *waiting);
void sim_monitor_free(struct sim_monitor *self);

/* 'name' must be a constant; 'endpoint' is copied. Nothing happens if the monitor is NULL or off.
 */
void sim_monitor_event(struct sim_monitor *self, const char *name, const char *endpoint,
                       int64_t detail);
/* Report the first event, about this source; false if there is none. The socket may be closed when
** this returns. */
bool sim_monitor_report(struct sim_monitor *self, void *source);

#endif
