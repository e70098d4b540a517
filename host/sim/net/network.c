/*
** network.c - see network.h. The inproc transport is in inproc.c.
*/

#include "host/sim/net/network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/connection.h"
#include "host/sim/net/connector.h"
#include "host/sim/net/sim_monitor.h"
#include "host/sim/net/sim_socket.h"
#include "host/sim/net/state.h"

enum { LOWEST_PORT = 32768, HIGHEST_PORT = 60999 };

static int refuse(int reason) {
  errno = reason;
  return -1;
}

void network_init(struct network *self, uint64_t seed) {
  *self = (struct network){0};
  list_init(&self->listeners);
  list_init(&self->waiting_peers);
  random_seed(&self->random, seed, SIM_STREAM_NETWORK);
  self->next_port = (int)random_between(&self->random, LOWEST_PORT, HIGHEST_PORT);
}

struct listener *network_find(struct network *self, const struct sim_node *from,
                              const struct address *address) {
  for (struct list *link = self->listeners.next; link != &self->listeners; link = link->next) {
    struct listener *listener = list_entry(link, struct listener, link);
    if (address_reaches(address, from, &listener->address, listener->socket->node)) {
      return listener;
    }
  }
  return NULL;
}

static bool is_taken(struct network *self, const struct sim_node *node,
                     const struct address *address) {
  for (struct list *link = self->listeners.next; link != &self->listeners; link = link->next) {
    struct listener *listener = list_entry(link, struct listener, link);
    if (network_same_host(node, listener->socket->node) &&
        address_conflicts(address, &listener->address)) {
      return true;
    }
  }
  return false;
}

/* Make up what was left open, and say what the endpoint is then. */
static void complete(struct network *self, const struct sim_node *node, struct address *address,
                     const char *endpoint, char *actual) {
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
  while (address->port == 0 || is_taken(self, node, address)) {
    if (address->port != 0 && address->port != self->next_port) break; /* was asked for */
    self->next_port = self->next_port < HIGHEST_PORT ? self->next_port + 1 : LOWEST_PORT;
    address->port = self->next_port;
  }
  snprintf(actual, WORLD_ENDPOINT_SIZE, "tcp://%.400s:%d", address->place, address->port);
}

int network_bind(struct world_socket *socket, const char *endpoint, char *actual, size_t size) {
  struct sim_socket *self = (struct sim_socket *)socket;
  struct network *network = &self->sim->network;
  struct address address;
  if (self->node->phase != SIM_NODE_UP) return refuse(ETERM);
  if (network_parse(endpoint, true, self->node, &address) != 0) return -1;
  char bound[WORLD_ENDPOINT_SIZE];
  complete(network, self->node, &address, endpoint, bound);
  if (is_taken(network, self->node, &address)) {
    if (address.transport != TRANSPORT_INPROC) {
      monitor_event(self, "bind_failed", bound, EADDRINUSE);
    }
    return refuse(EADDRINUSE);
  }
  struct listener *listener = calloc(1, sizeof *listener);
  if (listener == NULL) return -1;
  listener->socket = self;
  listener->address = address;
  listener->settings = settings_for_connection(&self->settings);
  memcpy(listener->endpoint, bound, sizeof bound);
  memcpy(self->last_endpoint, bound, sizeof bound);
  if (actual != NULL) snprintf(actual, size, "%s", bound);
  list_init(&listener->link);
  list_init(&listener->owned);
  list_append(&network->listeners, &listener->link);
  list_append(&self->listeners, &listener->owned);
  if (address.transport == TRANSPORT_INPROC) {
    inproc_bound(listener);
  } else {
    listener->descriptor = ++network->next_descriptor;
    monitor_event(self, "listening", bound, listener->descriptor);
  }
  return 0;
}

/* Is there anything of this name? libzmq does not tell what is bound from what is
** connected. */
static bool has_endpoint(const struct sim_socket *self, const char *endpoint) {
  for (struct list *link = self->listeners.next; link != &self->listeners; link = link->next) {
    if (strcmp(list_entry(link, struct listener, owned)->endpoint, endpoint) == 0) return true;
  }
  for (struct list *link = self->connectors.next; link != &self->connectors; link = link->next) {
    if (strcmp(list_entry(link, struct connector, link)->endpoint, endpoint) == 0) return true;
  }
  return false;
}

int network_connect(struct world_socket *socket, const char *endpoint) {
  struct sim_socket *self = (struct sim_socket *)socket;
  struct address address;
  if (self->node->phase != SIM_NODE_UP) return refuse(ETERM);
  if (network_parse(endpoint, false, self->node, &address) != 0) return -1;
  if (address.transport == TRANSPORT_INPROC) {
    if (inproc_connect(self, &address, endpoint) != 0) return -1;
  } else {
    int type = self->settings.type;
    bool only_once = type == ZMQ_DEALER || type == ZMQ_SUB || type == ZMQ_PUB || type == ZMQ_REQ;
    if (only_once && has_endpoint(self, endpoint)) return 0;
    if (connector_new(self, &address, endpoint) == NULL) return -1;
  }
  snprintf(self->last_endpoint, sizeof self->last_endpoint, "%s", endpoint);
  return 0;
}

static struct listener *find_own(struct sim_socket *self, const char *endpoint) {
  struct address address;
  bool parsed = network_parse(endpoint, true, self->node, &address) == 0;
  for (struct list *link = self->listeners.next; link != &self->listeners; link = link->next) {
    struct listener *listener = list_entry(link, struct listener, owned);
    if (strcmp(listener->endpoint, endpoint) == 0) return listener;
    if (parsed && address.transport == TRANSPORT_TCP &&
        listener->address.transport == TRANSPORT_TCP && address.port == listener->address.port &&
        strcmp(address.place, listener->address.place) == 0) {
      return listener;
    }
  }
  return NULL;
}

static bool disconnect(struct sim_socket *self, const char *endpoint) {
  bool found = false;
  struct list *link = self->connectors.next, *next;
  for (; link != &self->connectors; link = next) {
    next = link->next;
    struct connector *connector = list_entry(link, struct connector, link);
    if (strcmp(connector->endpoint, endpoint) != 0) continue;
    found = true;
    if (connector->pipe != NULL) {
      sim_socket_detach(connector->pipe, self->settings.linger);
    } else {
      connector_close(connector, 0);
    }
  }
  return found;
}

int network_release(struct world_socket *socket, const char *endpoint) {
  struct sim_socket *self = (struct sim_socket *)socket;
  struct address address;
  if (network_parse(endpoint, false, self->node, &address) != 0 &&
      network_parse(endpoint, true, self->node, &address) != 0) {
    return -1;
  }
  /* Everything of that name, bound and connected; but over inproc either. */
  struct listener *listener = find_own(self, endpoint);
  bool found = listener != NULL;
  if (found) {
    connections_unlisten(listener);
    network_unlisten(listener);
  }
  if (address.transport == TRANSPORT_INPROC) {
    return found ? 0 : inproc_disconnect(self, endpoint);
  }
  found |= disconnect(self, endpoint);
  return found ? 0 : refuse(ENOENT);
}

int network_monitor(struct world_socket *socket) {
  ((struct sim_socket *)socket)->monitored = true;
  return 0;
}

void network_unlisten(struct listener *listener) {
  if (listener->address.transport != TRANSPORT_INPROC) {
    monitor_event(listener->socket, "closed", listener->endpoint, listener->descriptor);
  }
  list_remove(&listener->link);
  list_remove(&listener->owned);
  free(listener);
}

/* History. */

static struct sim_message describe(struct sim_socket *socket, struct pipe *pipe,
                                   const struct message *message) {
  int peer = -1;
  if (pipe != NULL && pipe->peer != NULL) {
    peer = pipe->peer->node->index;
  } else if (pipe != NULL && pipe->connection != NULL) {
    struct connection *connection = pipe->connection;
    struct sim_node *node = connection->end[1 - connection_end_of(connection, pipe)].node;
    if (node != NULL) peer = node->index;
  }
  return (struct sim_message){.id = message->id,
                              .peer = peer,
                              .socket = socket != NULL ? socket->number : 0,
                              .type = socket != NULL ? socket->settings.type : -1,
                              .count = message->count};
}

static void record(struct sim_node *node, enum sim_event_kind kind, struct sim_socket *socket,
                   struct pipe *pipe, struct message *message) {
  struct sim *sim = node->sim;
  struct sim_message about = describe(socket, pipe, message);
  history_message(&sim->history, sim->now, kind, node->index, &about, message);
}

void network_dropped(struct sim_node *node, struct sim_socket *socket, struct message *message) {
  if (message->id == 0) return; /* not a node's */
  node->sim->counts.dropped++;
  record(node, SIM_DROPPED, socket, NULL, message);
}

void network_sent(struct sim_socket *socket, struct pipe *pipe, struct message *message) {
  socket->sim->counts.messages++;
  record(socket->node, SIM_SENT, socket, pipe, message);
}

void network_delivered(struct sim_socket *socket, struct pipe *pipe, struct message *message) {
  record(socket->node, SIM_DELIVERED, socket, pipe, message);
}
