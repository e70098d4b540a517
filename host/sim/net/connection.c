/*
** connection.c - see connection.h.
*/

#include "host/sim/net/connection.h"

#include <errno.h>
#include <stdlib.h>

#include <zmq.h>

/* What libzmq's thread takes to empty a queue that is filled in one go. */
enum { EMPTYING_US = 10, REQUEST_ID_SIZE = 4 };

/* What libzmq's threads take to close a connection after its socket has given it up: now and then
** no time, else so long that a new one may come up. */
enum { LEAST_CLOSING_US = -150, MOST_CLOSING_US = 400 };

static void deliver(struct timer *timer);
static void tell_room(struct timer *timer);

struct connection *connection_new(struct sim_host *host, struct sim_socket *socket,
                                  const struct sim_options *options, struct pipe *pipe) {
  struct connection *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->network = host->network;
  list_init(&self->closed);
  wire_init(&self->wire, self->network, deliver);
  for (int i = 0; i < 2; i++) {
    struct connection_end *end = &self->end[i];
    end->connection = self;
    list_init(&end->link);
    timer_init(&end->room, tell_room);
  }
  struct connection_end *end = &self->end[CONNECTING_END];
  connection_set_host(self, CONNECTING_END, host);
  end->socket = socket;
  end->pipe = pipe;
  end->options = *options;
  end->descriptor = ++self->network->next_descriptor;
  end->endpoint = self->endpoint;
  self->end[ACCEPTING_END].endpoint = self->bound;
  end->open = true;
  list_append(&host->connections, &end->link);
  return self;
}

void connection_set_host(struct connection *self, int end, struct sim_host *host) {
  self->end[end].host = self->wire.host[end] = host;
}

static void stop(struct connection *self) {
  struct network *network = self->network;
  network_cancel(network, &self->setup);
  wire_free(&self->wire);
  for (int i = 0; i < 2; i++) {
    network_cancel(network, &self->end[i].heartbeat);
    network_cancel(network, &self->end[i].room);
    list_remove(&self->end[i].link);
  }
}

void connection_free(struct connection *self) {
  stop(self);
  free(self);
}

/* When both ends are closed: freed after this event, because a caller may still use it. */
static void settle(struct connection *self) {
  if (self->end[CONNECTING_END].open || self->end[ACCEPTING_END].open) return;
  stop(self);
  list_append(&self->network->closed, &self->closed);
}

void connection_reap(struct network *network) {
  struct list *link;
  while ((link = list_shift(&network->closed)) != NULL) {
    free(list_entry(link, struct connection, closed));
  }
}

/* ---- its end ---- */

/* One end is gone, and with it what it would still have done to set up. The last
** word of the accepting end is on its way by then, like all it has sent. */
static void stop_setup(struct connection *self, int number) {
  bool said_all = number == ACCEPTING_END && self->step == CONNECTION_READY;
  if (!said_all) network_cancel(self->network, &self->setup);
}

static void forget_leaving(struct connection_end *end) {
  if (end->leaving != NULL) end->leaving->leaves = NULL;
  end->leaving = NULL;
}

/* An end learns that there is no connection any more. */
static void lose(struct connection *self, int number, bool fatal) {
  struct connection_end *end = &self->end[number];
  if (!end->open) return;
  struct pipe *pipe = end->pipe;
  bool was_up = end->up;
  end->open = end->up = false;
  end->pipe = NULL;
  forget_leaving(end);
  wire_drop(&self->wire, number);
  stop_setup(self, number);
  network_cancel(self->network, &end->heartbeat);
  const char *name = self->step == CONNECTION_REFUSED ? "closed" : "disconnected";
  sim_monitor_event(connection_monitor(end), name, end->endpoint, end->descriptor);
  if (number == ACCEPTING_END) {
    if (pipe != NULL) pipe_peer_gone(pipe);
  } else if (self->connector != NULL) {
    struct connector *connector = self->connector;
    self->connector = NULL;
    self->owner->lost(connector, was_up, fatal);
  }
}

/* The stream to the other end stops behind what is on the wire. */
static void end_stream(struct connection *self, int number, int64_t us) {
  int other = 1 - number;
  if (self->end[other].open) wire_end(&self->wire, other, us);
}

void connection_lose(struct connection *self, int number, bool fatal) {
  lose(self, number, fatal);
  end_stream(self, number, 0);
  settle(self);
}

void connection_shut(struct connection *self, int number) {
  struct connection_end *end = &self->end[number];
  struct pipe *pipe = end->pipe;
  end->open = end->up = false;
  end->pipe = NULL;
  forget_leaving(end);
  wire_drop(&self->wire, number);
  stop_setup(self, number);
  network_cancel(self->network, &end->heartbeat);
  if (pipe != NULL) pipe->connection = NULL;
  if (number == CONNECTING_END) {
    self->connector = NULL;
  } else if (pipe != NULL) {
    pipe_free(pipe);
  }
  int64_t us = random_between(&self->network->random, LEAST_CLOSING_US, MOST_CLOSING_US);
  end_stream(self, number, us > 0 ? us : 0);
  settle(self);
}

static void break_off(struct connection *self, bool fatal) {
  int first = fatal ? ACCEPTING_END : CONNECTING_END;
  lose(self, first, fatal);
  lose(self, 1 - first, fatal);
  settle(self);
}

void connection_cut(struct connection *self) {
  break_off(self, false);
}

void connection_reject(struct connection *self) {
  break_off(self, true);
}

void connection_leave(struct sim_socket *socket) {
  struct list *all = &socket->host->connections;
  struct connection_end *end = connection_first(all), *next;
  for (; end != NULL; end = next) {
    next = connection_after(all, end);
    struct connection *connection = end->connection;
    struct connection_end *accepting = &connection->end[ACCEPTING_END];
    if (connection->end[CONNECTING_END].socket == socket) {
      connection->end[CONNECTING_END].socket = NULL;
    }
    if (accepting->socket != socket) continue;
    accepting->socket = NULL;
    if (accepting->open && accepting->pipe == NULL) connection_shut(connection, ACCEPTING_END);
  }
}

void connection_unlisten(struct listener *listener) {
  struct list *all = &listener->socket->host->connections;
  struct connection_end *end = connection_first(all), *next;
  for (; end != NULL; end = next) {
    next = connection_after(all, end);
    struct connection *connection = end->connection;
    struct connection_end *accepting = &connection->end[ACCEPTING_END];
    if (accepting->socket != listener->socket || connection->listener != listener) continue;
    accepting->socket = NULL; /* no event tells of it */
    struct pipe *pipe = accepting->pipe;
    if (pipe == NULL || pipe->refused) {
      connection_lose(connection, ACCEPTING_END, false);
    } else {
      accepting->pipe = NULL;
      accepting->leaving = pipe;
      pipe_peer_gone(pipe);
      pipe->leaves = connection;
    }
  }
}

/* ---- the accepting end's pipe ---- */

int connection_peer(const struct connection *self, const struct pipe *pipe) {
  const struct sim_host *host = self->end[1 - connection_end_of(self, pipe)].host;
  return host != NULL ? host->index : -1;
}

static void written(struct pipe *pipe) {
  if (pipe->connection != NULL) connection_written(pipe->connection, ACCEPTING_END);
}

static void has_room(struct pipe *pipe) {
  if (pipe->connection != NULL) connection_resume(pipe->connection, ACCEPTING_END);
}

static void left(struct pipe *pipe) {
  if (pipe->leaves != NULL) connection_lose(pipe->leaves, ACCEPTING_END, false);
}

static void given_up(struct pipe *pipe) {
  left(pipe);
  if (pipe->connection != NULL) {
    connection_shut(pipe->connection, ACCEPTING_END);
  } else {
    pipe_free(pipe);
  }
}

static void closed(struct pipe *pipe, bool lingers) {
  if (!lingers || pipe->connection == NULL) given_up(pipe);
}

static int peer(const struct pipe *pipe) {
  return pipe->connection != NULL ? connection_peer(pipe->connection, pipe) : -1;
}

static const struct pipe_transport accepted = {.written = written,
                                               .has_room = has_room,
                                               .closed = closed,
                                               .given_up = given_up,
                                               .peer = peer,
                                               .left = left};

struct pipe *connection_accept_pipe(struct connection *self) {
  struct connection_end *end = &self->end[ACCEPTING_END];
  struct pipe *pipe = pipe_new(end->host);
  if (pipe == NULL) return NULL;
  pipe_init_queues(pipe, &end->options);
  pipe->transport = &accepted;
  pipe->connection = self;
  end->pipe = pipe;
  return pipe;
}

void connection_introduce(struct connection *self, int number) {
  struct connection_end *end = &self->end[number];
  if (end->options.type != ZMQ_ROUTER && end->options.type != ZMQ_REP) return;
  pipe_introduce(end->pipe, &self->end[1 - number].options);
}

/* ---- messages ---- */

/* A socket that is closed is done when its last message is on the wire. */
static void finish_linger(struct pipe *pipe) {
  if (pipe->socket != NULL || pipe->state != PIPE_CLOSED || pipe->out.first != NULL) return;
  pipe->transport->given_up(pipe);
}

void connection_flush(struct connection *self, int number) {
  struct connection_end *end = &self->end[number];
  struct wire *wire = &self->wire;
  int receiver = 1 - number;
  struct pipe *pipe = end->pipe;
  if (!end->up || pipe == NULL || pipe->hiccuped || end->host->pauses > 0) return;
  if (pipe->out.first == NULL && pipe->socket != NULL) return;
  bool was_idle = wire->to[receiver].first == NULL;
  while (pipe->out.first != NULL && wire_has_room(wire, receiver) &&
         (end->host->busy == 0 || pipe->out.first->id <= end->host->held)) {
    wire_put(wire, receiver, message_queue_take(&pipe->out));
  }
  if (was_idle && wire->to[receiver].first != NULL) wire_await(wire, receiver);
  if (message_queue_grant(&pipe->out) && !timer_is_set(&end->room)) {
    network_at(self->network, &end->room, self->network->now + EMPTYING_US);
  }
  finish_linger(pipe);
}

/* Of what is sent in one go a queue that conflates keeps only the last. */
void connection_written(struct connection *self, int number) {
  struct connection_end *end = &self->end[number];
  if (!end->pipe->out.conflate) {
    connection_flush(self, number);
  } else if (!timer_is_set(&end->room)) {
    network_at(self->network, &end->room, self->network->now + EMPTYING_US);
  }
}

/* Tell a pipe how much of its queue is on the wire. */
static void tell_room(struct timer *timer) {
  struct connection_end *end = list_entry(timer, struct connection_end, room);
  struct pipe *pipe = end->pipe;
  if (pipe == NULL) return;
  if (pipe->out.conflate) {
    connection_flush(end->connection, end == &end->connection->end[ACCEPTING_END]);
    return;
  }
  pipe_post(pipe, PIPE_WRITABLE);
}

/* What a session of libzmq would not let in. */
static bool acceptable(const struct connection_end *end, struct message *message) {
  int64_t most = end->options.maxmsgsize;
  for (int i = 0; most >= 0 && i < message->count; i++) {
    if ((int64_t)zmq_msg_size(&message->frame[i]) > most) return false;
  }
  if (end->options.type != ZMQ_REQ) return true;
  if (message_is_bottom(message, 0)) return true;
  return zmq_msg_size(&message->frame[0]) == REQUEST_ID_SIZE && message_is_bottom(message, 1);
}

static void drop(struct connection_end *end, const struct sim_socket *socket,
                 struct message *message) {
  struct network *network = end->connection->network;
  network_dropped(network, end->host->index, socket != NULL ? &socket->label : NULL, message);
  message_free(&network->messages, message);
}

/* Hand the first message over; false if the way is shut now. */
static bool deliver_one(struct connection *self, int receiver) {
  struct connection_end *end = &self->end[receiver];
  struct pipe *pipe = end->pipe;
  if (pipe == NULL || pipe->refused || message_queue_full(&pipe->in)) {
    self->wire.to[receiver].blocked = true;
    if (pipe != NULL && !pipe->refused && wire_hold(&self->wire, receiver)) {
      connection_flush(self, 1 - receiver);
    }
    return false;
  }
  struct message *message = wire_take(&self->wire, receiver);
  if (!acceptable(end, message)) {
    drop(end, end->socket, message);
    connection_lose(self, receiver, true);
    return false;
  }
  if (pipe->socket == NULL) {
    drop(end, NULL, message);
    return true;
  }
  pipe_deliver(pipe, message);
  return true;
}

static void deliver(struct timer *timer) {
  struct direction *way = list_entry(timer, struct direction, timer);
  struct connection *self = list_entry(way->wire, struct connection, wire);
  int receiver = way->receiver;
  if (wire_stalled(&self->wire, receiver)) return;
  if (way->first != NULL && !self->end[receiver].up) return; /* connection_go_on comes then */
  way->blocked = false;
  while (way->first != NULL && wire_has_arrived(&self->wire, receiver)) {
    if (!deliver_one(self, receiver)) return;
  }
  if (way->first == NULL && way->ends && wire_has_arrived(&self->wire, receiver)) {
    connection_lose(self, receiver, false);
    return;
  }
  wire_await(&self->wire, receiver);
  connection_flush(self, 1 - receiver);
}

void connection_go_on(struct connection *self, int receiver) {
  struct direction *way = &self->wire.to[receiver];
  if ((way->first == NULL && !way->ends) || !self->end[receiver].open) return;
  if (self->end[receiver].host == NULL || wire_stalled(&self->wire, receiver)) return;
  if (!timer_is_set(&way->timer)) wire_await(&self->wire, receiver);
}

void connection_resume(struct connection *self, int receiver) {
  if (self->wire.to[receiver].blocked) connection_go_on(self, receiver);
}
