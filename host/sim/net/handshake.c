/*
** handshake.c - see handshake.h.
*/

#include "host/sim/net/handshake.h"

#include <string.h>

#include <zmq.h>

#include "host/sim/net/heartbeat.h"

enum { SECOND = 1000000, RESEND_US = 200000, MAX_TRIES = 6 };

static void next_step(struct connection *self, enum connection_step step, int receiver) {
  self->step = step;
  self->tries = 0;
  network_at(self->network, &self->setup, self->network->now + wire_latency(&self->wire, receiver));
}

/* Something is in the way of the next step: as TCP, try again after a while. */
static bool is_held_up(struct connection *self, int receiver, int64_t first) {
  if (!wire_stalled(&self->wire, receiver)) return false;
  int64_t wait = first << (self->tries < MAX_TRIES ? self->tries : MAX_TRIES);
  self->tries++;
  network_at(self->network, &self->setup, self->network->now + wait);
  return true;
}

static void seek(struct connection *self) {
  struct connection_end *here = &self->end[CONNECTING_END], *there = &self->end[ACCEPTING_END];
  struct listener *listener = listener_find(self->network, here->host, &self->address);
  bool unknown = self->address.transport == TRANSPORT_TCP && here->host->no_names > 0 &&
                 strspn(self->address.place, "0123456789.") < strlen(self->address.place);
  if (listener == NULL || unknown) {
    next_step(self, CONNECTION_REFUSED, CONNECTING_END);
    return;
  }
  connection_set_host(self, ACCEPTING_END, listener->socket->host);
  if (self->tries == 0) heartbeat_limit(here, here->options.connect_timeout);
  struct sim_host *accepting = there->host;
  if (wire_blocked(&self->wire, ACCEPTING_END) ||
      sim_host_lacks(accepting, accepting->no_descriptors)) {
    connection_set_host(self, ACCEPTING_END, NULL);
    network_at(self->network, &self->setup, self->network->now + ((int64_t)SECOND << self->tries));
    if (self->tries < MAX_TRIES) self->tries++;
    return;
  }
  self->listener = listener;
  memcpy(self->bound, listener->endpoint, sizeof self->bound);
  there->socket = listener->socket;
  there->options = listener->options;
  there->descriptor = ++self->network->next_descriptor;
  there->open = true;
  list_append(&there->host->connections, &there->link);
  wire_set_room(&self->wire, ACCEPTING_END, there->options.rcvbuf, here->options.sndbuf);
  wire_set_room(&self->wire, CONNECTING_END, here->options.rcvbuf, there->options.sndbuf);
  sim_monitor_event(connection_monitor(there), "accepted", listener->endpoint, there->descriptor);
  heartbeat_limit(there, there->options.handshake_ivl);
  next_step(self, CONNECTION_CONNECTED, CONNECTING_END);
}

static void connected(struct connection *self) {
  struct connection_end *here = &self->end[CONNECTING_END];
  if (is_held_up(self, CONNECTING_END, RESEND_US)) return;
  network_cancel(self->network, &here->heartbeat);
  heartbeat_limit(here, here->options.handshake_ivl);
  sim_monitor_event(connection_monitor(here), "connected", self->endpoint, here->descriptor);
  next_step(self, CONNECTION_ACCEPT, ACCEPTING_END);
}

/* Which types may talk to each other, and by which security. */
static bool compatible(const struct sim_options *a, const struct sim_options *b) {
  static const int pairs[][2] = {
      {ZMQ_PAIR, ZMQ_PAIR},     {ZMQ_PUB, ZMQ_SUB},       {ZMQ_PUB, ZMQ_XSUB},
      {ZMQ_XPUB, ZMQ_SUB},      {ZMQ_XPUB, ZMQ_XSUB},     {ZMQ_REQ, ZMQ_REP},
      {ZMQ_REQ, ZMQ_ROUTER},    {ZMQ_REP, ZMQ_DEALER},    {ZMQ_DEALER, ZMQ_DEALER},
      {ZMQ_DEALER, ZMQ_ROUTER}, {ZMQ_ROUTER, ZMQ_ROUTER}, {ZMQ_PUSH, ZMQ_PULL}};
  if (a->mechanism != b->mechanism) return false;
  if (a->mechanism != ZMQ_NULL && a->as_server == b->as_server) return false;
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    if ((a->type == pairs[i][0] && b->type == pairs[i][1]) ||
        (a->type == pairs[i][1] && b->type == pairs[i][0])) {
      return true;
    }
  }
  return false;
}

static void mark_up(struct connection *self, int number) {
  struct connection_end *end = &self->end[number];
  end->up = true;
  end->up_since = self->network->now;
  network_cancel(self->network, &end->heartbeat);
  sim_monitor_event(connection_monitor(end), "handshake_succeeded", end->endpoint, 0);
}

static void accept(struct connection *self) {
  struct connection_end *end = &self->end[ACCEPTING_END], *other = &self->end[CONNECTING_END];
  if (is_held_up(self, ACCEPTING_END, RESEND_US)) return;
  if (!compatible(&end->options, &other->options)) {
    connection_reject(self);
    return;
  }
  struct pipe *pipe = connection_accept_pipe(self);
  if (pipe == NULL) {
    connection_lose(self, ACCEPTING_END, false);
    return;
  }
  mark_up(self, ACCEPTING_END);
  next_step(self, CONNECTION_READY, CONNECTING_END);
  self->wire.to[CONNECTING_END].arrival = self->setup.deadline;
  connection_introduce(self, ACCEPTING_END);
  sim_socket_post(end->socket, pipe);
  connection_flush(self, ACCEPTING_END);
}

static void ready(struct connection *self) {
  if (is_held_up(self, CONNECTING_END, RESEND_US)) return;
  self->step = CONNECTION_DONE;
  mark_up(self, CONNECTING_END);
  self->owner->up(self);
  connection_go_on(self, CONNECTING_END);
}

static void set_up(struct timer *timer) {
  struct connection *self = list_entry(timer, struct connection, setup);
  switch (self->step) {
    case CONNECTION_SEEK:
      seek(self);
      break;
    case CONNECTION_CONNECTED:
      connected(self);
      break;
    case CONNECTION_ACCEPT:
      accept(self);
      break;
    case CONNECTION_READY:
      ready(self);
      break;
    case CONNECTION_REFUSED:
      connection_cut(self);
      break;
    case CONNECTION_DONE:
      break;
  }
}

void handshake_begin(struct connection *self) {
  timer_init(&self->setup, set_up);
  heartbeat_init(self);
  next_step(self, CONNECTION_SEEK, ACCEPTING_END);
}
