/*
** sim_monitor.c - see sim_monitor.h.
*/

#include "host/sim/net/sim_monitor.h"

#include <stdlib.h>
#include <string.h>

struct event {
  struct list link;
  const char *name;
  int64_t detail;
  char endpoint[];
};

void sim_monitor_init(struct sim_monitor *self, struct sim_host *host, struct list *waiting) {
  *self = (struct sim_monitor){.host = host, .waiting = waiting};
  list_init(&self->events);
}

void sim_monitor_free(struct sim_monitor *self) {
  struct list *link;
  while ((link = list_shift(&self->events)) != NULL) free(list_entry(link, struct event, link));
}

void sim_monitor_event(struct sim_monitor *self, const char *name, const char *endpoint,
                       int64_t detail) {
  if (self == NULL || !self->on) return;
  size_t size = strlen(endpoint) + 1;
  struct event *event = malloc(sizeof *event + size);
  if (event == NULL) return;
  event->name = name;
  event->detail = detail;
  memcpy(event->endpoint, endpoint, size);
  list_init(&event->link);
  list_append(&self->events, &event->link);
  if (list_empty(self->waiting)) list_append(&self->host->waiting, self->waiting);
  sim_host_wake(self->host);
}

bool sim_monitor_report(struct sim_monitor *self, void *source) {
  struct list *link = list_shift(&self->events);
  if (link == NULL) return false;
  struct event *event = list_entry(link, struct event, link);
  struct world_event report = {event->name, event->endpoint, event->detail};
  self->host->world.user->connection(source, &report);
  free(event);
  return true;
}
