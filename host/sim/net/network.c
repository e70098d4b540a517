/*
** network.c - see network.h.
*/

#include "host/sim/net/network.h"

#include <stdlib.h>

void network_init(struct network *self, uint64_t seed, uint64_t stream) {
  *self = (struct network){0};
  timers_init(&self->events);
  list_init(&self->listeners);
  list_init(&self->waiting_peers);
  list_init(&self->terminating);
  list_init(&self->closed);
  random_seed(&self->random, seed, stream);
  self->next_port = (int)random_between(&self->random, NETWORK_LOWEST_PORT, NETWORK_HIGHEST_PORT);
}

void network_free(struct network *self) {
  messages_free(&self->messages);
  timers_free(&self->events);
  free(self->blocked);
  free(self->delay);
}

int network_set_hosts(struct network *self, int hosts) {
  self->hosts = hosts;
  self->blocked = calloc((size_t)hosts * (size_t)hosts + 1, sizeof *self->blocked);
  self->delay = calloc((size_t)hosts + 1, sizeof *self->delay);
  return self->blocked != NULL && self->delay != NULL ? 0 : -1;
}

void network_at_chance(struct network *self, struct timer *turn, int64_t time) {
  uint64_t rank = random_next(&self->random);
  timers_set_behind(&self->events, turn, time > self->now ? time : self->now, rank);
}

int64_t network_draw_delay(struct network *self, int from, int to) {
  if (self->delays == 0) return 0;
  int64_t most = self->delay[from] + (to != from ? self->delay[to] : 0);
  return most > 0 ? random_between(&self->random, 0, most) : 0;
}

void network_sent(struct network *self, int host, int peer, const struct network_label *label,
                  struct message *message) {
  self->sent++;
  self->observe(self, NETWORK_SENT, host, peer, label, message);
}

void network_delivered(struct network *self, int host, int peer, const struct network_label *label,
                       struct message *message) {
  self->observe(self, NETWORK_DELIVERED, host, peer, label, message);
}

void network_dropped(struct network *self, int host, const struct network_label *label,
                     struct message *message) {
  if (message->id == 0) return; /* the network's own */
  self->dropped++;
  self->observe(self, NETWORK_DROPPED, host, -1, label, message);
}
