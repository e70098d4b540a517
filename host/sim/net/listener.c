/*
** listener.c - see listener.h.
*/

#include "host/sim/net/listener.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct listener *listener_find(struct network *self, const struct sim_host *from,
                               const struct sim_endpoint *address) {
  for (struct list *link = self->listeners.next; link != &self->listeners; link = link->next) {
    struct listener *listener = list_entry(link, struct listener, link);
    if (sim_endpoint_reaches(address, from, &listener->address, listener->socket->host)) {
      return listener;
    }
  }
  return NULL;
}

static bool is_taken(struct network *self, const struct sim_host *host,
                     const struct sim_endpoint *address) {
  for (struct list *link = self->listeners.next; link != &self->listeners; link = link->next) {
    struct listener *listener = list_entry(link, struct listener, link);
    if (sim_host_is_same_machine(host, listener->socket->host) &&
        sim_endpoint_conflicts(address, &listener->address)) {
      return true;
    }
  }
  return false;
}

/* Make up what was left open, and say what the endpoint is then. */
static void complete(struct network *self, const struct sim_host *host,
                     struct sim_endpoint *address, const char *endpoint, char *actual) {
  if (address->transport == TRANSPORT_IPC && strcmp(address->place, "*") == 0) {
    snprintf(address->place, sizeof address->place, "tmp%06d/socket", ++self->next_path);
    snprintf(actual, WORLD_ENDPOINT_SIZE, "ipc://%.400s", address->place);
    return;
  }
  if (address->transport == TRANSPORT_INPROC && strcmp(address->place, "*") == 0) {
    snprintf(address->place, sizeof address->place, "sloop.%d", ++self->next_name);
    snprintf(actual, WORLD_ENDPOINT_SIZE, "inproc://%.400s", address->place);
    return;
  }
  if (address->transport != TRANSPORT_TCP) {
    snprintf(actual, WORLD_ENDPOINT_SIZE, "%s", endpoint);
    return;
  }
  while (address->port == 0 || is_taken(self, host, address)) {
    if (address->port != 0 && address->port != self->next_port) break; /* was asked for */
    self->next_port =
        self->next_port < NETWORK_HIGHEST_PORT ? self->next_port + 1 : NETWORK_LOWEST_PORT;
    address->port = self->next_port;
  }
  snprintf(actual, WORLD_ENDPOINT_SIZE, "tcp://%.400s:%d", address->place, address->port);
}

struct listener *listener_new(struct sim_socket *socket, const struct sim_endpoint *address,
                              const char *endpoint) {
  struct network *network = socket->network;
  struct sim_endpoint chosen = *address;
  char bound[WORLD_ENDPOINT_SIZE];
  complete(network, socket->host, &chosen, endpoint, bound);
  if (is_taken(network, socket->host, &chosen)) {
    errno = EADDRINUSE;
    return NULL;
  }
  struct listener *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->socket = socket;
  self->address = chosen;
  self->options = sim_options_for_connection(&socket->options);
  memcpy(self->endpoint, bound, sizeof bound);
  list_init(&self->link);
  list_init(&self->owned);
  list_append(&network->listeners, &self->link);
  list_append(&socket->listeners, &self->owned);
  return self;
}

void listener_close(struct listener *self) {
  if (self->address.transport != TRANSPORT_INPROC) {
    sim_monitor_event(&self->socket->monitor, "closed", self->endpoint, self->descriptor);
  }
  list_remove(&self->link);
  list_remove(&self->owned);
  free(self);
}
