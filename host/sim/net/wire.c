/*
** wire.c - see wire.h.
*/

#include "host/sim/net/wire.h"

#include "host/sim/net/connector.h"
#include "host/sim/net/state.h"

/* What a network connection takes before its sender feels that nobody reads: two
** kernel buffers, if not set by options. */
enum { DEFAULT_BUFFER = 128 * 1024, REQUEST_ID_SIZE = 4 };

/* What libzmq's thread takes to empty a queue that somebody fills in one go. */
enum { EMPTYING_US = 10 };

static int64_t buffer(int option) {
  return option > 0 ? option : DEFAULT_BUFFER;
}

void wire_init(struct connection *self) {
  for (int i = 0; i < 2; i++) {
    self->to[i].room =
        buffer(self->end[i].settings.rcvbuf) + buffer(self->end[1 - i].settings.sndbuf);
  }
}

int64_t wire_latency(struct connection *self, int receiver) {
  struct sim *sim = self->sim;
  const struct sim_range *range = &sim->options.latency;
  int64_t latency = random_between(&sim->network.random, range->least, range->most);
  const struct sim_node *from = self->end[1 - receiver].node, *to = self->end[receiver].node;
  if (from == NULL || to == NULL) return latency;
  return latency + faults_draw_delay(&sim->faults, &sim->network.random, from->index, to->index);
}

bool wire_blocked(const struct connection *self, int receiver) {
  const struct sim_node *to = self->end[receiver].node, *from = self->end[1 - receiver].node;
  if (self->silences > 0) return true;
  return to != NULL && from != NULL &&
         faults_are_blocking(&self->sim->faults, from->index, to->index);
}

bool wire_stalled(const struct connection *self, int receiver) {
  return self->end[receiver].node->pauses > 0 || wire_blocked(self, receiver);
}

bool wire_impaired(const struct connection *self) {
  const struct sim_node *a = self->end[0].node, *b = self->end[1].node;
  if (b == NULL) return false;
  return a->pauses > 0 || b->pauses > 0 || wire_blocked(self, 0) || wire_blocked(self, 1);
}

static void await_next(struct connection *self, struct direction *way) {
  if (way->first != NULL) {
    sim_at(self->sim, &way->timer, way->first->arrival);
  } else if (way->ends) {
    sim_at(self->sim, &way->timer, way->arrival);
  }
}

static void put(struct connection *self, int receiver, struct message *message) {
  struct direction *way = &self->to[receiver];
  int64_t now = self->sim->now;
  /* What is sent at one instant travels together. */
  if (way->first == NULL || way->put != now) {
    int64_t arrival = now + wire_latency(self, receiver);
    if (arrival > way->arrival) way->arrival = arrival;
    way->put = now;
  }
  message->arrival = way->arrival;
  message->next = NULL;
  if (way->first == NULL) {
    way->first = message;
  } else {
    way->last->next = message;
  }
  way->last = message;
  way->bytes += message->bytes;
}

/* A socket that is closed is done when its last message is on the wire. */
static void finish_linger(struct connection *self, int number, struct pipe *pipe) {
  if (pipe->socket != NULL || pipe->state != PIPE_CLOSED || pipe->out.first != NULL) return;
  if (number == CONNECTING_END) {
    connector_lingered(self->connector);
  } else {
    connection_shut(self, ACCEPTING_END);
  }
}

void connection_flush(struct connection *self, int number) {
  struct connection_end *end = &self->end[number];
  struct direction *way = &self->to[1 - number];
  struct pipe *pipe = end->pipe;
  if (!end->up || pipe == NULL || end->node->pauses > 0) return;
  if (pipe->out.first == NULL && pipe->socket != NULL) return;
  bool was_idle = way->first == NULL;
  while (pipe->out.first != NULL && way->bytes < way->room) {
    put(self, 1 - number, lane_take(&pipe->out));
    pipe->flushed = self->sim->now;
  }
  if (was_idle && way->first != NULL) await_next(self, way);
  if (lane_full(&pipe->out) && !timer_is_set(&end->room)) {
    sim_at(self->sim, &end->room, self->sim->now + EMPTYING_US);
  }
  finish_linger(self, number, pipe);
}

/* Of what is sent in one go a queue that conflates keeps only the last. */
void wire_written(struct connection *self, int number) {
  struct connection_end *end = &self->end[number];
  if (!end->pipe->out.conflate) {
    connection_flush(self, number);
  } else if (!timer_is_set(&end->room)) {
    sim_at(self->sim, &end->room, self->sim->now + EMPTYING_US);
  }
}

void wire_tell_room(struct timer *timer) {
  struct connection_end *end = list_entry(timer, struct connection_end, room);
  struct pipe *pipe = end->pipe;
  if (pipe == NULL) return;
  if (pipe->out.conflate) {
    connection_flush(end->connection, end == &end->connection->end[ACCEPTING_END]);
    return;
  }
  if (!lane_grant(&pipe->out)) return;
  if (!lane_full(&pipe->out)) pipe_has_room(pipe);
}

/* What a session of libzmq would not let in. */
static bool acceptable(const struct connection_end *end, struct message *message) {
  int64_t most = end->settings.maxmsgsize;
  for (int i = 0; most >= 0 && i < message->count; i++) {
    if ((int64_t)zmq_msg_size(&message->frame[i]) > most) return false;
  }
  if (end->settings.type != ZMQ_REQ) return true;
  if (message_is_bottom(message, 0)) return true;
  return zmq_msg_size(&message->frame[0]) == REQUEST_ID_SIZE && message_is_bottom(message, 1);
}

static struct message *shift(struct direction *way) {
  struct message *message = way->first;
  way->first = message->next;
  if (!way->held) way->bytes -= message->bytes;
  way->held = false;
  return message;
}

/* The receiver has no room: it has read the message, and holds it outside its queue. So there is
** room on the wire. */
static void hold(struct connection *self, int receiver) {
  struct direction *way = &self->to[receiver];
  if (way->held) return;
  way->held = true;
  way->bytes -= way->first->bytes;
  connection_flush(self, 1 - receiver);
}

/* Hand the first message over; false if the way is shut now. */
static bool deliver_one(struct connection *self, int receiver) {
  struct connection_end *end = &self->end[receiver];
  struct direction *way = &self->to[receiver];
  struct pipe *pipe = end->pipe;
  if (pipe == NULL || pipe->refused || lane_full(&pipe->in)) {
    way->blocked = true;
    if (pipe != NULL && !pipe->refused) hold(self, receiver);
    return false;
  }
  struct message *message = shift(way);
  if (!acceptable(end, message)) {
    network_dropped(end->node, end->socket, message);
    message_free(&self->sim->messages, message);
    connection_lose(self, receiver, true);
    return false;
  }
  if (pipe->socket == NULL) {
    network_dropped(end->node, NULL, message);
    message_free(&self->sim->messages, message);
    return true;
  }
  lane_put(&pipe->in, &self->sim->messages, message);
  pipe_arrived(pipe);
  return true;
}

void wire_deliver(struct timer *timer) {
  struct direction *way = list_entry(timer, struct direction, timer);
  int receiver = way->connecting ? CONNECTING_END : ACCEPTING_END;
  struct connection *self = list_entry(way - receiver, struct connection, to);
  if (wire_stalled(self, receiver)) return;
  int64_t now = self->sim->now;
  if (way->first != NULL && !self->end[receiver].up) return; /* wire_go_on comes then */
  way->blocked = false;
  while (way->first != NULL && way->first->arrival <= now) {
    if (!deliver_one(self, receiver)) return;
  }
  if (way->first == NULL && way->ends && way->arrival <= now) {
    connection_lose(self, receiver, false);
    return;
  }
  await_next(self, way);
  connection_flush(self, 1 - receiver);
}

void wire_go_on(struct connection *self, int receiver) {
  struct direction *way = &self->to[receiver];
  if ((way->first == NULL && !way->ends) || !self->end[receiver].open) return;
  if (self->end[receiver].node == NULL || wire_stalled(self, receiver)) return;
  if (!timer_is_set(&way->timer)) await_next(self, way);
}

void connection_resume(struct connection *self, int number) {
  if (self->to[number].blocked) wire_go_on(self, number);
}

void wire_end(struct connection *self, int receiver) {
  struct direction *way = &self->to[receiver];
  int64_t arrival = self->sim->now + wire_latency(self, receiver);
  way->ends = true;
  if (arrival > way->arrival) way->arrival = arrival;
  if (way->first == NULL) await_next(self, way);
}

void wire_drop(struct connection *self, int receiver) {
  struct direction *way = &self->to[receiver];
  while (way->first != NULL) {
    struct message *message = shift(way);
    network_dropped(self->end[receiver].node, NULL, message);
    message_free(&self->sim->messages, message);
  }
  way->bytes = 0;
  way->held = false;
  sim_never(self->sim, &way->timer);
}
