/*
** connector.c - see connector.h.
*/

#include "host/sim/net/connector.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/handshake.h"

enum { US_PER_MS = 1000, STANDSTILL = 10000 };

static void retry(struct timer *timer);
static void up(struct connection *connection);
static void lost(struct connector *self, bool was_up, bool fatal);

static const struct connection_owner owner = {.up = up, .lost = lost};

static struct sim_monitor *monitor(const struct connector *self) {
  return self->socket != NULL ? &self->socket->monitor : NULL;
}

static void begin(struct connector *self) {
  struct connection *connection =
      connection_new(self->host, self->socket, &self->options, self->pipe);
  self->connection = connection;
  if (self->pipe != NULL) self->pipe->connection = connection;
  if (connection == NULL) return;
  connection->connector = self;
  connection->owner = &owner;
  connection->address = self->address;
  memcpy(connection->endpoint, self->endpoint, sizeof connection->endpoint);
  sim_monitor_event(monitor(self), "connect_delayed", self->endpoint, EINPROGRESS);
  handshake_begin(connection);
}

static void free_connector(struct connector *self) {
  network_cancel(self->network, &self->retry);
  list_remove(&self->link);
  free(self);
}

/* What lingered is sent, or is given up. */
static void finish(struct connector *self) {
  if (self->connection != NULL) connection_shut(self->connection, CONNECTING_END);
  if (self->pipe != NULL) pipe_free(self->pipe);
  free_connector(self);
}

/* ---- its pipe's transport ---- */

static void written(struct pipe *pipe) {
  if (pipe->connection != NULL) connection_written(pipe->connection, CONNECTING_END);
}

static void has_room(struct pipe *pipe) {
  if (pipe->connection != NULL) connection_resume(pipe->connection, CONNECTING_END);
}

static void given_up(struct pipe *pipe) {
  if (pipe->connector != NULL) {
    finish(pipe->connector);
  } else {
    pipe_free(pipe);
  }
}

static void closed(struct pipe *pipe, bool lingers) {
  if (pipe->connector == NULL) {
    pipe_free(pipe);
  } else {
    connector_close(pipe->connector, lingers);
  }
}

static int peer(const struct pipe *pipe) {
  return pipe->connection != NULL ? connection_peer(pipe->connection, pipe) : -1;
}

static const struct pipe_transport transport = {
    .written = written, .has_room = has_room, .closed = closed, .given_up = given_up, .peer = peer};

/* A pipe that outlives connections. */
static int make_pipe(struct connector *self) {
  struct pipe *pipe = pipe_new(self->host);
  if (pipe == NULL) return -1;
  pipe_init_queues(pipe, &self->options);
  pipe->transport = &transport;
  pipe->connector = self;
  pipe->local = true;
  self->pipe = pipe;
  return 0;
}

struct connector *connector_new(struct sim_socket *socket, const struct sim_endpoint *address,
                                const char *endpoint) {
  struct connector *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->network = socket->network;
  self->host = socket->host;
  self->socket = socket;
  self->address = *address;
  memcpy(self->endpoint, endpoint, strlen(endpoint) + 1);
  self->options = sim_options_for_connection(&socket->options);
  self->interval = self->options.reconnect_ivl;
  timer_init(&self->retry, retry);
  list_init(&self->link);
  if (!self->options.immediate) {
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

static void retry(struct timer *timer) {
  struct connector *self = list_entry(timer, struct connector, retry);
  if (self->host->pauses > 0) {
    network_at(self->network, &self->retry, self->network->now + STANDSTILL);
  } else {
    begin(self);
  }
}

static void up(struct connection *connection) {
  struct connector *self = connection->connector;
  self->interval = self->options.reconnect_ivl;
  if (self->pipe != NULL) {
    connection_introduce(connection, CONNECTING_END);
  } else if (make_pipe(self) == 0) {
    self->pipe->connection = connection;
    connection->end[CONNECTING_END].pipe = self->pipe;
    connection_introduce(connection, CONNECTING_END);
    sim_socket_post(self->socket, self->pipe);
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
  if (self->socket == NULL) free_connector(self);
}

static void wait_to_retry(struct connector *self) {
  int jitter = (int)(random_next(&self->network->random) % (uint64_t)self->options.reconnect_ivl);
  int wait = self->interval < INT_MAX - jitter ? self->interval + jitter : INT_MAX;
  int most = self->options.reconnect_ivl_max;
  if (most > self->options.reconnect_ivl) {
    self->interval = self->interval < most / 2 ? self->interval * 2 : most;
  }
  sim_monitor_event(monitor(self), "connect_retried", self->endpoint, wait);
  network_at(self->network, &self->retry, self->network->now + (int64_t)wait * US_PER_MS);
}

/* Have the socket forget what was not sent of its subscriptions, and send them all again. */
static void hiccup(struct connector *self) {
  struct pipe *pipe = self->pipe;
  if (self->socket == NULL || self->socket->type->hiccup == NULL) return;
  pipe->hiccuped = true;
  pipe_post(pipe, PIPE_HICCUP);
}

static void lost(struct connector *self, bool was_up, bool fatal) {
  struct pipe *pipe = self->pipe;
  self->connection = NULL;
  if (pipe != NULL) pipe->connection = NULL;
  if (fatal) {
    let_go(self);
    return;
  }
  if (pipe != NULL && self->options.immediate) {
    self->pipe = NULL;
    pipe->connector = NULL;
    if (pipe->socket == NULL) { /* it was only to be sent to the end */
      pipe_free(pipe);
      free_connector(self);
      return;
    }
    pipe->no_delay = true; /* unlike after a disconnect, what is unread is lost */
    pipe_peer_gone(pipe);
  } else if (pipe != NULL && was_up) {
    hiccup(self);
  }
  if (self->options.reconnect_ivl > 0) {
    wait_to_retry(self);
  } else if (was_up && self->socket != NULL && self->pipe != NULL) {
    self->pipe = NULL;
    pipe->connector = NULL;
    pipe->no_delay = true;
    pipe_peer_gone(pipe);
    connector_close(self, false);
  }
}

void connector_close(struct connector *self, bool lingers) {
  self->socket = NULL;
  list_remove(&self->link);
  if (!lingers) finish(self);
}

void connector_disconnect(struct connector *self) {
  struct pipe *pipe = self->pipe;
  self->pipe = NULL;
  pipe->connector = NULL;
  if (self->connection != NULL) self->connection->end[CONNECTING_END].pipe = NULL;
  pipe_peer_gone(pipe);
  connector_close(self, false);
}
