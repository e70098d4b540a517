/*
** wire.c - see wire.h.
*/

#include "host/sim/net/wire.h"

/* What a network connection takes before its sender feels that its peer does not read: two
** kernel buffers, if not set by options. */
enum { DEFAULT_BUFFER = 128 * 1024, MILLION = 1000000 };

/* Within this time a node that stood still hears of all its connections. */
enum { SPREAD_US = 5000 };

void wire_init(struct wire *self, struct network *network, void (*deliver)(struct timer *timer)) {
  self->network = network;
  for (int i = 0; i < 2; i++) {
    self->to[i].wire = self;
    self->to[i].receiver = i;
    timer_init(&self->to[i].timer, deliver);
  }
}

void wire_free(struct wire *self) {
  for (int i = 0; i < 2; i++) wire_drop(self, i);
}

static int64_t buffer(int option) {
  return option > 0 ? option : DEFAULT_BUFFER;
}

void wire_set_room(struct wire *self, int receiver, int rcvbuf, int sndbuf) {
  self->to[receiver].room = buffer(rcvbuf) + buffer(sndbuf);
}

int64_t wire_latency(struct wire *self, int receiver) {
  struct network *network = self->network;
  int64_t latency = random_between(&network->random, network->least_latency, network->most_latency);
  const struct sim_host *from = self->host[1 - receiver], *to = self->host[receiver];
  if (from == NULL || to == NULL) return latency;
  return latency + network_draw_delay(network, from->index, to->index);
}

bool wire_blocked(const struct wire *self, int receiver) {
  const struct sim_host *to = self->host[receiver], *from = self->host[1 - receiver];
  if (self->silences > 0) return true;
  return to != NULL && from != NULL && network_blocks(self->network, from->index, to->index);
}

bool wire_stalled(const struct wire *self, int receiver) {
  return self->host[receiver]->pauses > 0 || wire_blocked(self, receiver);
}

bool wire_impaired(const struct wire *self) {
  const struct sim_host *a = self->host[0], *b = self->host[1];
  if (b == NULL) return false;
  return a->pauses > 0 || b->pauses > 0 || wire_blocked(self, 0) || wire_blocked(self, 1);
}

void wire_spread(struct wire *self, int receiver) {
  struct direction *way = &self->to[receiver];
  way->spread = self->network->now + random_between(&self->network->random, 0, SPREAD_US);
  if (timer_is_set(&way->timer)) wire_await(self, receiver);
}

/* When the first message, or the end, reaches the receiver. */
static int64_t next_arrival(const struct direction *way) {
  int64_t arrival = way->first != NULL ? way->first->arrival : way->arrival;
  return arrival > way->spread ? arrival : way->spread;
}

bool wire_has_arrived(const struct wire *self, int receiver) {
  return next_arrival(&self->to[receiver]) <= self->network->now;
}

void wire_await(struct wire *self, int receiver) {
  struct direction *way = &self->to[receiver];
  if (way->first == NULL && !way->ends) return;
  network_at(self->network, &way->timer, next_arrival(way));
}

static int64_t least(int64_t bandwidth, const struct sim_host *host) {
  return host->bandwidth > 0 && host->bandwidth < bandwidth ? host->bandwidth : bandwidth;
}

/* How long the line takes for 'bytes'. */
static int64_t transfer(const struct wire *self, int64_t bytes) {
  int64_t bandwidth = least(least(self->network->bandwidth, self->host[0]), self->host[1]);
  return bandwidth > 0 ? bytes * MILLION / bandwidth : 0;
}

void wire_put(struct wire *self, int receiver, struct message *message) {
  struct direction *way = &self->to[receiver];
  int64_t now = self->network->now;
  /* What is sent at one instant travels together. */
  if (way->first == NULL || way->put != now) {
    way->latency = wire_latency(self, receiver);
    way->put = now;
  }
  way->free = (way->free > now ? way->free : now) + transfer(self, message->bytes);
  if (way->free + way->latency > way->arrival) way->arrival = way->free + way->latency;
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

struct message *wire_take(struct wire *self, int receiver) {
  struct direction *way = &self->to[receiver];
  struct message *message = way->first;
  way->first = message->next;
  if (!way->held) way->bytes -= message->bytes;
  way->held = false;
  return message;
}

bool wire_hold(struct wire *self, int receiver) {
  struct direction *way = &self->to[receiver];
  if (way->held) return false;
  way->held = true;
  way->bytes -= way->first->bytes;
  return true;
}

void wire_end(struct wire *self, int receiver, int64_t us) {
  struct direction *way = &self->to[receiver];
  int64_t arrival = self->network->now + us + wire_latency(self, receiver);
  way->ends = true;
  if (arrival > way->arrival) way->arrival = arrival;
  if (way->first == NULL) wire_await(self, receiver);
}

void wire_drop(struct wire *self, int receiver) {
  struct direction *way = &self->to[receiver];
  while (way->first != NULL) {
    struct message *message = wire_take(self, receiver);
    network_dropped(self->network, self->host[receiver]->index, NULL, message);
    message_free(&self->network->messages, message);
  }
  way->bytes = 0;
  way->held = false;
  network_cancel(self->network, &way->timer);
}
