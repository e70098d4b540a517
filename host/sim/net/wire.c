/*
** wire.c - see wire.h.
*/

#include "host/sim/net/wire.h"

/* What a network connection takes before its sender feels that its peer does not read: two
** kernel buffers, if not set by options. */
enum { DEFAULT_BUFFER = 128 * 1024 };

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

void wire_await(struct wire *self, int receiver) {
  struct direction *way = &self->to[receiver];
  if (way->first != NULL) {
    network_at(self->network, &way->timer, way->first->arrival);
  } else if (way->ends) {
    network_at(self->network, &way->timer, way->arrival);
  }
}

void wire_put(struct wire *self, int receiver, struct message *message) {
  struct direction *way = &self->to[receiver];
  int64_t now = self->network->now;
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

void wire_end(struct wire *self, int receiver) {
  struct direction *way = &self->to[receiver];
  int64_t arrival = self->network->now + wire_latency(self, receiver);
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
