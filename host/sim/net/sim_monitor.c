/*
** sim_monitor.c - see sim_monitor.h.
*/

#include "host/sim/net/sim_monitor.h"

#include <stdlib.h>
#include <string.h>

#include "host/sim/net/sim_socket.h"
#include "host/sim/sim_node.h"

struct noted {
  struct list link;
  const char *name;
  int64_t detail;
  char endpoint[];
};

void monitor_event(struct sim_socket *socket, const char *name, const char *endpoint,
                   int64_t detail) {
  if (socket == NULL || !socket->monitored) return;
  size_t size = strlen(endpoint) + 1;
  struct noted *noted = malloc(sizeof *noted + size);
  if (noted == NULL) return;
  noted->name = name;
  noted->detail = detail;
  memcpy(noted->endpoint, endpoint, size);
  list_init(&noted->link);
  list_append(&socket->events, &noted->link);
  if (list_empty(&socket->waiting)) list_append(&socket->node->waiting, &socket->waiting);
  sim_node_arm(socket->node);
}

bool monitor_tell(struct sim_socket *socket) {
  struct list *link = list_shift(&socket->events);
  if (link == NULL) return false;
  struct noted *noted = list_entry(link, struct noted, link);
  struct world_event event = {noted->name, noted->endpoint, noted->detail};
  socket->node->world.user->connection(socket->base.source, &event);
  free(noted);
  return true;
}

void monitor_free(struct sim_socket *socket) {
  struct list *link;
  while ((link = list_shift(&socket->events)) != NULL) {
    free(list_entry(link, struct noted, link));
  }
}
