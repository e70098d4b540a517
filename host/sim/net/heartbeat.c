/*
** heartbeat.c - see heartbeat.h.
*/

#include "host/sim/net/heartbeat.h"

enum { US_PER_MS = 1000 };

/* The first beat after 'since', of an end that beats every 'every' us. */
static int64_t beat_after(const struct connection_end *end, int64_t every, int64_t since) {
  return end->up_since + ((since - end->up_since) / every + 1) * every;
}

static int64_t expiry(struct connection *self, int number) {
  const struct connection_end *end = &self->end[number], *peer = &self->end[1 - number];
  int64_t soonest = WORLD_NEVER, since = self->impaired_since;
  int64_t own = (int64_t)end->options.heartbeat_ivl * US_PER_MS;
  if (own > 0) {
    int timeout = end->options.heartbeat_timeout;
    soonest = beat_after(end, own, since) + (timeout < 0 ? own : (int64_t)timeout * US_PER_MS);
  }
  int64_t theirs = (int64_t)peer->options.heartbeat_ivl * US_PER_MS;
  int64_t ttl = (int64_t)peer->options.heartbeat_ttl * US_PER_MS;
  if (theirs > 0 && ttl > 0) {
    int64_t last = beat_after(peer, theirs, since) - theirs + ttl;
    if (last < soonest) soonest = last;
  }
  return soonest;
}

/* Also when the time for a handshake is over. */
static void expire(struct timer *timer) {
  struct connection_end *end = list_entry(timer, struct connection_end, heartbeat);
  struct connection *self = end->connection;
  if (end->host->pauses > 0) { /* it will look when it goes on */
    end->overdue = !end->up;
    return;
  }
  connection_lose(self, end == &self->end[ACCEPTING_END], false);
}

void heartbeat_init(struct connection *self) {
  for (int i = 0; i < 2; i++) timer_init(&self->end[i].heartbeat, expire);
}

void heartbeat_limit(struct connection_end *end, int ms) {
  struct network *network = end->connection->network;
  if (ms > 0) network_at(network, &end->heartbeat, network->now + (int64_t)ms * US_PER_MS);
}

void heartbeat_reconsider(struct connection *self) {
  struct network *network = self->network;
  bool impaired = wire_impaired(&self->wire);
  if (impaired && !self->impaired) self->impaired_since = network->now;
  self->impaired = impaired;
  /* What was held up while setting up goes on; but a call that was not answered at
  ** all is repeated only when TCP repeats it. */
  if (!impaired && timer_is_set(&self->setup) && self->tries > 0 && self->step != CONNECTION_SEEK) {
    network_at(network, &self->setup, network->now);
  }
  for (int i = 0; i < 2; i++) {
    struct connection_end *end = &self->end[i];
    if (!end->open) continue;
    if (end->overdue && !end->up && end->host->pauses == 0) {
      connection_lose(self, i, false);
      return;
    }
    if (end->up) {
      int64_t time = impaired ? expiry(self, i) : WORLD_NEVER;
      if (time == WORLD_NEVER) {
        network_cancel(network, &end->heartbeat);
      } else {
        network_at(network, &end->heartbeat, time);
      }
    }
    connection_flush(self, i);
    connection_go_on(self, i);
  }
}
