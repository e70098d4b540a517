/*
** connector.c - see connector.h.
*/

#include "host/sim/net/connector.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/connection.h"
#include "host/sim/net/sim_monitor.h"
#include "host/sim/net/sim_socket.h"
#include "host/sim/net/state.h"

enum { US_PER_MS = 1000, STANDSTILL = 10000 };

static void retry(struct timer *timer);

static void begin(struct connector *self) {
  self->connection = connection_new(self);
  if (self->pipe != NULL) self->pipe->connection = self->connection;
}

/* A pipe that outlives connections. */
static int make_pipe(struct connector *self) {
  struct pipe *pipe = pipe_new(self->node);
  if (pipe == NULL) return -1;
  connection_init_lanes(pipe, &self->settings);
  pipe->connector = self;
  pipe->local = true;
  self->pipe = pipe;
  return 0;
}

struct connector *connector_new(struct sim_socket *socket, const struct address *address,
                                const char *endpoint) {
  struct connector *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->sim = socket->sim;
  self->node = socket->node;
  self->socket = socket;
  self->address = *address;
  memcpy(self->endpoint, endpoint, strlen(endpoint) + 1);
  self->settings = settings_for_connection(&socket->settings);
  self->interval = self->settings.reconnect_ivl;
  timer_init(&self->retry, retry);
  list_init(&self->link);
  if (!self->settings.immediate) {
    if (make_pipe(self) != 0) {
      free(self);
      return NULL;
    }
    sim_socket_attach(socket, self->pipe);
  }
  list_append(&socket->connectors, &self->link);
  begin(self);
  return self;
}

void connector_free(struct connector *self) {
  sim_never(self->sim, &self->retry);
  list_remove(&self->link);
  free(self);
}

static void retry(struct timer *timer) {
  struct connector *self = list_entry(timer, struct connector, retry);
  if (self->node->pauses > 0) {
    sim_at(self->sim, &self->retry, self->sim->now + STANDSTILL);
  } else {
    begin(self);
  }
}

void connector_up(struct connector *self) {
  struct connection *connection = self->connection;
  self->interval = self->settings.reconnect_ivl;
  if (self->pipe != NULL) {
    connection_introduce(connection, CONNECTING_END);
  } else if (make_pipe(self) == 0) {
    self->pipe->connection = connection;
    connection->end[CONNECTING_END].pipe = self->pipe;
    connection_introduce(connection, CONNECTING_END);
    sim_socket_attach(self->socket, self->pipe);
  }
  connection_flush(connection, CONNECTING_END);
}

/* The pipe goes its own way. As in libzmq, the socket goes on believing that it
** is connected. */
static void let_go(struct connector *self) {
  struct pipe *pipe = self->pipe;
  self->pipe = NULL;
  if (pipe != NULL) {
    pipe->connector = NULL;
    pipe_peer_gone(pipe);
  }
  if (self->socket == NULL) connector_free(self);
}

static void wait_to_retry(struct connector *self) {
  int jitter =
      (int)(random_next(&self->sim->network.random) % (uint64_t)self->settings.reconnect_ivl);
  int wait = self->interval < INT_MAX - jitter ? self->interval + jitter : INT_MAX;
  int most = self->settings.reconnect_ivl_max;
  if (most > self->settings.reconnect_ivl) {
    self->interval = self->interval < most / 2 ? self->interval * 2 : most;
  }
  monitor_event(self->socket, "connect_retried", self->endpoint, wait);
  sim_at(self->sim, &self->retry, self->sim->now + (int64_t)wait * US_PER_MS);
}

/* Forget what was not sent of the subscriptions, and say them all again. */
static void hiccup(struct connector *self) {
  struct pipe *pipe = self->pipe;
  if (self->socket == NULL || self->socket->type->hiccup == NULL) return;
  pipe_drop_lane(pipe, &pipe->out);
  pipe_has_room(pipe);
  self->socket->type->hiccup(self->socket, pipe);
}

void connector_lost(struct connector *self, bool was_up, bool fatal) {
  struct pipe *pipe = self->pipe;
  self->connection = NULL;
  if (pipe != NULL) pipe->connection = NULL;
  if (fatal) {
    let_go(self);
    return;
  }
  if (pipe != NULL && self->settings.immediate) {
    self->pipe = NULL;
    pipe->connector = NULL;
    if (pipe->socket == NULL) { /* it was only to be sent to the end */
      pipe_free(pipe);
      connector_free(self);
      return;
    }
    sim_socket_detach(pipe, 0);
  } else if (pipe != NULL && was_up) {
    hiccup(self);
  }
  if (self->settings.reconnect_ivl > 0) {
    wait_to_retry(self);
  } else if (was_up && self->socket != NULL && self->pipe != NULL) {
    sim_socket_detach(self->pipe, 0);
  }
}

void connector_close(struct connector *self, int linger) {
  self->socket = NULL;
  list_remove(&self->link);
  if (linger == 0) connector_lingered(self);
}

void connector_lingered(struct connector *self) {
  if (self->connection != NULL) connection_shut(self->connection, CONNECTING_END);
  if (self->pipe != NULL) pipe_free(self->pipe);
  connector_free(self);
}
