/*
** pirate CLIENTS WORKERS: a paranoid pirate queue written by hand over libzmq.
**
** Idle workers stand in one queue and get a request each, the one that waited
** longest first; with none idle the clients are not read. Heartbeats go to the
** idle, and an idle worker that falls silent is forgotten. A heartbeat is not
** READY: a busy worker does not join the queue by it.
*/

#include <string.h>

#include "bench/lib/check.h"
#include "bench/lib/message.h"
#include "bench/lib/table.h"

#define HEARTBEAT "\2"

enum { INTERVAL = 1000, LIVENESS = 3, BUDGET = 100 };

struct worker {
  struct worker *older, *newer; /* in the ring of the idle; NULL while busy */
  int64_t expiry;
  size_t size;
  unsigned char id[256];
};

struct pirate {
  void *clients, *workers;
  struct table known;
  struct worker idle; /* ring; only its links are used */
  int64_t now;        /* ms, read once a turn */
};

static void join(struct pirate *self, struct worker *worker) {
  worker->older = self->idle.older;
  worker->newer = &self->idle;
  worker->older->newer = worker->newer->older = worker;
}

static void leave(struct worker *worker) {
  if (worker->older == NULL) return;
  worker->older->newer = worker->newer;
  worker->newer->older = worker->older;
  worker->older = worker->newer = NULL;
}

static bool has_idle(const struct pirate *self) {
  return self->idle.newer != &self->idle;
}

static struct worker *worker_of(struct pirate *self, zmq_msg_t *id) {
  struct worker *worker = table_get(&self->known, zmq_msg_data(id), zmq_msg_size(id));
  if (worker != NULL) return worker;
  worker = check_memory(sizeof *worker);
  check(zmq_msg_size(id) < sizeof worker->id, "a routing id of too many bytes");
  worker->size = zmq_msg_size(id);
  memcpy(worker->id, zmq_msg_data(id), worker->size);
  table_add(&self->known, worker->id, worker->size, worker);
  return worker;
}

/* worker, READY or HEARTBEAT; or worker, client, "", body... */
static void from_worker(struct pirate *self, struct message *message) {
  struct worker *worker = worker_of(self, &message->frame[0]);
  worker->expiry = self->now + INTERVAL * LIVENESS;
  if (message_is(message, 1, HEARTBEAT, 1)) return;
  if (worker->older == NULL) join(self, worker);
  if (message->count < 4) return;
  struct message reply = {0};
  for (int i = 1; i < message->count; i++) message_move(&reply, &message->frame[i]);
  message_send(&reply, self->clients, ZMQ_DONTWAIT);
}

/* client, "", body... */
static void from_client(struct pirate *self, struct message *message) {
  struct worker *worker = self->idle.newer;
  leave(worker);
  struct message request = {0};
  message_add(&request, worker->id, worker->size);
  for (int i = 0; i < message->count; i++) message_move(&request, &message->frame[i]);
  message_send(&request, self->workers, ZMQ_DONTWAIT);
}

static void beat(struct pirate *self) {
  for (struct worker *worker = self->idle.newer, *next; worker != &self->idle; worker = next) {
    next = worker->newer;
    if (worker->expiry < self->now) {
      leave(worker);
      table_remove(&self->known, worker->id, worker->size);
      free(worker);
      continue;
    }
    struct message message = {0};
    message_add(&message, worker->id, worker->size);
    message_add(&message, HEARTBEAT, 1);
    message_send(&message, self->workers, ZMQ_DONTWAIT);
  }
}

static void turn(struct pirate *self) {
  struct message message;
  for (int i = 0; i < BUDGET && message_receive(&message, self->workers, ZMQ_DONTWAIT); i++) {
    from_worker(self, &message);
    message_clear(&message);
  }
  for (int i = 0; i < BUDGET && has_idle(self); i++) {
    if (!message_receive(&message, self->clients, ZMQ_DONTWAIT)) break;
    from_client(self, &message);
    message_clear(&message);
  }
}

static void serve(struct pirate *self) {
  zmq_pollitem_t items[] = {{.socket = self->workers, .events = ZMQ_POLLIN},
                            {.socket = self->clients, .events = ZMQ_POLLIN}};
  self->now = check_now() / 1000000;
  int64_t next_beat = self->now + INTERVAL;
  for (;;) {
    zmq_poll(items, has_idle(self) ? 2 : 1, (long)(next_beat - self->now));
    self->now = check_now() / 1000000;
    turn(self);
    if (self->now >= next_beat) {
      beat(self);
      next_beat = self->now + INTERVAL;
    }
  }
}

int main(int count, char **argument) {
  check(count == 3, "usage: pirate CLIENTS WORKERS");
  void *context = zmq_ctx_new();
  struct pirate pirate = {.clients = check_bind(context, ZMQ_ROUTER, argument[1]),
                          .workers = check_bind(context, ZMQ_ROUTER, argument[2])};
  pirate.idle.older = pirate.idle.newer = &pirate.idle;
  serve(&pirate);
}
