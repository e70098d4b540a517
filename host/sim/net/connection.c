/*
** connection.c - see connection.h. What is on the wire is in wire.c.
*/

#include "host/sim/net/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/connector.h"
#include "host/sim/net/sim_monitor.h"
#include "host/sim/net/sim_socket.h"
#include "host/sim/net/state.h"
#include "host/sim/net/wire.h"

enum { US_PER_MS = 1000, SECOND = 1000000, RESEND = 200000, MAX_TRIES = 6 };

enum step { SEEK, CONNECTED, ACCEPT, READY, REFUSED, DONE };

static void set_up(struct timer *timer);
static void heartbeat(struct timer *timer);

static void next_step(struct connection *self, enum step step, int receiver) {
  self->step = step;
  self->tries = 0;
  sim_at(self->sim, &self->setup, self->sim->now + wire_latency(self, receiver));
}

struct connection *connection_new(struct connector *connector) {
  struct connection *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->sim = connector->sim;
  self->connector = connector;
  self->address = connector->address;
  memcpy(self->endpoint, connector->endpoint, sizeof self->endpoint);
  timer_init(&self->setup, set_up);
  list_init(&self->closed);
  for (int i = 0; i < 2; i++) {
    struct connection_end *end = &self->end[i];
    end->connection = self;
    list_init(&end->link);
    timer_init(&end->heartbeat, heartbeat);
    timer_init(&end->room, wire_tell_room);
    timer_init(&self->to[i].timer, wire_deliver);
  }
  self->to[CONNECTING_END].connecting = true;
  struct connection_end *end = &self->end[CONNECTING_END];
  end->node = connector->node;
  end->socket = connector->socket;
  end->pipe = connector->pipe;
  end->settings = connector->settings;
  end->descriptor = ++self->sim->network.next_descriptor;
  end->endpoint = self->endpoint;
  self->end[ACCEPTING_END].endpoint = self->bound;
  end->open = true;
  list_append(&end->node->connections, &end->link);
  monitor_event(end->socket, "connect_delayed", self->endpoint, EINPROGRESS);
  next_step(self, SEEK, ACCEPTING_END);
  return self;
}

static void stop(struct connection *self) {
  struct sim *sim = self->sim;
  sim_never(sim, &self->setup);
  for (int i = 0; i < 2; i++) {
    wire_drop(self, i);
    sim_never(sim, &self->to[i].timer);
    sim_never(sim, &self->end[i].heartbeat);
    sim_never(sim, &self->end[i].room);
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
  list_append(&self->sim->closed, &self->closed);
}

void connections_reap(struct sim *sim) {
  struct list *link;
  while ((link = list_shift(&sim->closed)) != NULL) {
    free(list_entry(link, struct connection, closed));
  }
}

/* One end is gone, and with it what it would still have done to set up. The last
** word of the accepting end is on its way by then, like all it has sent. */
static void stop_setup(struct connection *self, int number) {
  bool said_all = number == ACCEPTING_END && self->step == READY;
  if (!said_all) sim_never(self->sim, &self->setup);
}

/* An end learns that there is no connection any more. */
static void lose(struct connection *self, int number, bool fatal) {
  struct connection_end *end = &self->end[number];
  if (!end->open) return;
  struct pipe *pipe = end->pipe;
  bool was_up = end->up;
  end->open = end->up = false;
  end->pipe = NULL;
  wire_drop(self, number);
  stop_setup(self, number);
  sim_never(self->sim, &end->heartbeat);
  monitor_event(end->socket, self->step == REFUSED ? "closed" : "disconnected", end->endpoint,
                end->descriptor);
  if (number == ACCEPTING_END) {
    if (pipe != NULL) pipe_peer_gone(pipe);
  } else if (self->connector != NULL) {
    struct connector *connector = self->connector;
    self->connector = NULL;
    connector_lost(connector, was_up, fatal);
  }
}

/* The stream to the other end stops behind what is on the wire. */
static void end_stream(struct connection *self, int number) {
  int other = 1 - number;
  if (self->end[other].open) wire_end(self, other);
}

void connection_lose(struct connection *self, int number, bool fatal) {
  lose(self, number, fatal);
  end_stream(self, number);
  settle(self);
}

void connection_shut(struct connection *self, int number) {
  struct connection_end *end = &self->end[number];
  struct pipe *pipe = end->pipe;
  end->open = end->up = false;
  end->pipe = NULL;
  wire_drop(self, number);
  stop_setup(self, number);
  sim_never(self->sim, &end->heartbeat);
  if (number == ACCEPTING_END) {
    if (pipe != NULL) {
      pipe->connection = NULL;
      pipe_free(pipe);
    }
  } else {
    self->connector = NULL;
    if (pipe != NULL) pipe->connection = NULL;
  }
  end_stream(self, number);
  settle(self);
}

void connection_cut(struct connection *self) {
  lose(self, CONNECTING_END, false);
  lose(self, ACCEPTING_END, false);
  settle(self);
}

void connections_leave(struct sim_socket *socket) {
  struct list *all = &socket->node->connections;
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

void connections_unlisten(struct listener *listener) {
  struct list *all = &listener->socket->node->connections;
  struct connection_end *end = connection_first(all), *next;
  for (; end != NULL; end = next) {
    next = connection_after(all, end);
    struct connection *connection = end->connection;
    struct connection_end *accepting = &connection->end[ACCEPTING_END];
    if (accepting->socket != listener->socket || connection->listener != listener) continue;
    accepting->socket = NULL; /* no event tells of it */
    connection_lose(connection, ACCEPTING_END, false);
  }
}

/* Setting up, one step after the other. */
/* Something is in the way of the next step: as TCP, try again after a while. */
static bool is_held_up(struct connection *self, int receiver, int64_t first) {
  if (!wire_stalled(self, receiver)) return false;
  int64_t wait = first << (self->tries < MAX_TRIES ? self->tries : MAX_TRIES);
  self->tries++;
  sim_at(self->sim, &self->setup, self->sim->now + wait);
  return true;
}

static void limit(struct connection_end *end, int ms) {
  struct sim *sim = end->connection->sim;
  if (ms > 0) sim_at(sim, &end->heartbeat, sim->now + (int64_t)ms * US_PER_MS);
}

static void seek(struct connection *self) {
  struct connection_end *here = &self->end[CONNECTING_END], *there = &self->end[ACCEPTING_END];
  struct listener *listener = network_find(&self->sim->network, here->node, &self->address);
  if (listener == NULL) {
    next_step(self, REFUSED, CONNECTING_END);
    return;
  }
  there->node = listener->socket->node;
  if (self->tries == 0) limit(here, here->settings.connect_timeout);
  if (wire_blocked(self, ACCEPTING_END)) {
    there->node = NULL;
    sim_at(self->sim, &self->setup, self->sim->now + ((int64_t)SECOND << self->tries));
    if (self->tries < MAX_TRIES) self->tries++;
    return;
  }
  self->listener = listener;
  memcpy(self->bound, listener->endpoint, sizeof self->bound);
  there->socket = listener->socket;
  there->settings = listener->settings;
  there->descriptor = ++self->sim->network.next_descriptor;
  there->open = true;
  list_append(&there->node->connections, &there->link);
  wire_init(self);
  monitor_event(there->socket, "accepted", listener->endpoint, there->descriptor);
  limit(there, there->settings.handshake_ivl);
  next_step(self, CONNECTED, CONNECTING_END);
}

static void connected(struct connection *self) {
  struct connection_end *here = &self->end[CONNECTING_END];
  if (is_held_up(self, CONNECTING_END, RESEND)) return;
  sim_never(self->sim, &here->heartbeat);
  limit(here, here->settings.handshake_ivl);
  monitor_event(here->socket, "connected", self->endpoint, here->descriptor);
  next_step(self, ACCEPT, ACCEPTING_END);
}

/* Which types may talk to each other, and by which security. */
static bool compatible(const struct settings *a, const struct settings *b) {
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
  end->up_since = self->sim->now;
  sim_never(self->sim, &end->heartbeat);
  monitor_event(end->socket, "handshake_succeeded", end->endpoint, 0);
}

static void accept(struct connection *self) {
  struct connection_end *end = &self->end[ACCEPTING_END], *other = &self->end[CONNECTING_END];
  if (is_held_up(self, ACCEPTING_END, RESEND)) return;
  if (!compatible(&end->settings, &other->settings)) {
    lose(self, ACCEPTING_END, true);
    lose(self, CONNECTING_END, true);
    settle(self);
    return;
  }
  struct pipe *pipe = connection_make_pipe(self, ACCEPTING_END);
  if (pipe == NULL) {
    connection_lose(self, ACCEPTING_END, false);
    return;
  }
  mark_up(self, ACCEPTING_END);
  next_step(self, READY, CONNECTING_END);
  self->to[CONNECTING_END].arrival = self->setup.deadline;
  connection_introduce(self, ACCEPTING_END);
  sim_socket_attach(end->socket, pipe);
  connection_flush(self, ACCEPTING_END);
}

static void ready(struct connection *self) {
  if (is_held_up(self, CONNECTING_END, RESEND)) return;
  self->step = DONE;
  mark_up(self, CONNECTING_END);
  connector_up(self->connector);
  wire_go_on(self, CONNECTING_END);
}

static void set_up(struct timer *timer) {
  struct connection *self = list_entry(timer, struct connection, setup);
  switch ((enum step)self->step) {
    case SEEK:
      seek(self);
      break;
    case CONNECTED:
      connected(self);
      break;
    case ACCEPT:
      accept(self);
      break;
    case READY:
      ready(self);
      break;
    case REFUSED:
      lose(self, CONNECTING_END, false);
      settle(self);
      break;
    case DONE:
      break;
  }
}

static bool conflates(const struct settings *settings) {
  int type = settings->type;
  return settings->conflate && (type == ZMQ_DEALER || type == ZMQ_PULL || type == ZMQ_PUSH ||
                                type == ZMQ_PUB || type == ZMQ_SUB);
}

void connection_init_lanes(struct pipe *pipe, const struct settings *settings) {
  lane_init(&pipe->in, settings->rcvhwm, conflates(settings));
  lane_init(&pipe->out, settings->sndhwm, conflates(settings));
}

struct pipe *connection_make_pipe(struct connection *self, int number) {
  struct connection_end *end = &self->end[number];
  struct pipe *pipe = pipe_new(end->node);
  if (pipe == NULL) return NULL;
  connection_init_lanes(pipe, &end->settings);
  pipe->connection = self;
  end->pipe = pipe;
  return pipe;
}

void connection_introduce(struct connection *self, int number) {
  struct connection_end *end = &self->end[number], *peer = &self->end[1 - number];
  if (end->settings.type != ZMQ_ROUTER && end->settings.type != ZMQ_REP) return;
  struct messages *pool = &self->sim->messages;
  struct message *message = message_make(pool, peer->settings.id, peer->settings.id_size);
  if (message == NULL) return;
  message->introduction = true;
  lane_put(&end->pipe->in, pool, message);
  pipe_arrived(end->pipe);
}

/* Heartbeats: none is sent, because while all is well each would be answered.
** When something comes in the way, the time is reckoned at which they would show
** that. */

/* The first beat after 'since', of an end that beats every so many us. */
static int64_t beat_after(const struct connection_end *end, int64_t every, int64_t since) {
  return end->up_since + ((since - end->up_since) / every + 1) * every;
}

static int64_t expiry(struct connection *self, int number) {
  const struct connection_end *end = &self->end[number], *peer = &self->end[1 - number];
  int64_t soonest = WORLD_NEVER, since = self->impaired_since;
  int64_t own = (int64_t)end->settings.heartbeat_ivl * US_PER_MS;
  if (own > 0) {
    int timeout = end->settings.heartbeat_timeout;
    soonest = beat_after(end, own, since) + (timeout < 0 ? own : (int64_t)timeout * US_PER_MS);
  }
  int64_t theirs = (int64_t)peer->settings.heartbeat_ivl * US_PER_MS;
  int64_t ttl = (int64_t)peer->settings.heartbeat_ttl * US_PER_MS;
  if (theirs > 0 && ttl > 0) {
    int64_t last = beat_after(peer, theirs, since) - theirs + ttl;
    if (last < soonest) soonest = last;
  }
  return soonest;
}

/* Also what is left of the time for a handshake. */
static void heartbeat(struct timer *timer) {
  struct connection_end *end = list_entry(timer, struct connection_end, heartbeat);
  struct connection *self = end->connection;
  if (end->node->pauses > 0) { /* it will look when it goes on */
    end->overdue = !end->up;
    return;
  }
  connection_lose(self, end == &self->end[ACCEPTING_END], false);
}

void connection_reconsider(struct connection *self) {
  struct sim *sim = self->sim;
  bool impaired = wire_impaired(self);
  if (impaired && !self->impaired) self->impaired_since = sim->now;
  self->impaired = impaired;
  /* What was held up while setting up goes on; but a call that was not answered at
  ** all is repeated only when TCP repeats it. */
  if (!impaired && timer_is_set(&self->setup) && self->tries > 0 && self->step != SEEK) {
    sim_at(sim, &self->setup, sim->now);
  }
  for (int i = 0; i < 2; i++) {
    struct connection_end *end = &self->end[i];
    if (!end->open) continue;
    if (end->overdue && !end->up && end->node->pauses == 0) {
      connection_lose(self, i, false);
      return;
    }
    if (end->up) {
      int64_t time = impaired ? expiry(self, i) : WORLD_NEVER;
      if (time == WORLD_NEVER) {
        sim_never(sim, &end->heartbeat);
      } else {
        sim_at(sim, &end->heartbeat, time);
      }
    }
    connection_flush(self, i);
    wire_go_on(self, i);
  }
}
