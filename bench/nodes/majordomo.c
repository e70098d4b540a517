/*
** majordomo ENDPOINT: a Majordomo broker (MDP 0.1) written by hand over libzmq.
**
** It does what a broker must: requests wait in a queue for each service, idle
** workers in another, heartbeats both ways, a silent worker is forgotten, one
** that is not known is told to go. It has no limits, no redispatch and no MMI:
** it is the least that routes, to measure ours against.
*/

#include <string.h>

#include "bench/lib/check.h"
#include "bench/lib/message.h"
#include "bench/lib/table.h"

#define CLIENT "MDPC01"
#define WORKER "MDPW01"

enum { READY = 1, REQUEST, REPLY, HEARTBEAT, DISCONNECT };
enum { HEADER_SIZE = 6, INTERVAL = 2500, LIVENESS = 3, BUDGET = 100 };

struct request {
  struct request *next;
  struct message message; /* client, body... */
};

struct service {
  struct request *first, **last; /* requests that wait, oldest first */
  struct worker *idle, **last_idle;
  size_t size; /* of the name */
  char name[];
};

struct worker {
  struct worker *next;          /* in its service's list of the idle */
  struct worker *older, *newer; /* among all workers */
  struct service *service;
  int64_t expiry;
  size_t size;
  unsigned char id[256];
};

struct broker {
  void *router;
  struct table services, workers;
  struct worker all; /* ring; only its links are used */
  int64_t now;       /* ms, read once a turn */
};

static struct service *service_of(struct broker *self, zmq_msg_t *name) {
  struct service *service = table_get(&self->services, zmq_msg_data(name), zmq_msg_size(name));
  if (service != NULL) return service;
  service = check_memory(sizeof *service + zmq_msg_size(name));
  service->last = &service->first;
  service->last_idle = &service->idle;
  service->size = zmq_msg_size(name);
  memcpy(service->name, zmq_msg_data(name), service->size);
  table_add(&self->services, service->name, service->size, service);
  return service;
}

static void to_worker(struct broker *self, const void *id, size_t size, char command,
                      struct message *request) {
  struct message message = {0};
  message_add(&message, id, size);
  message_add(&message, "", 0);
  message_add(&message, WORKER, HEADER_SIZE);
  message_add(&message, &command, 1);
  if (request != NULL) {
    message_move(&message, &request->frame[0]);
    message_add(&message, "", 0);
    for (int i = 1; i < request->count; i++) message_move(&message, &request->frame[i]);
    request->count = 0;
  }
  message_send(&message, self->router, ZMQ_DONTWAIT);
}

/* Take the oldest idle worker. */
static struct worker *pop_idle(struct service *service) {
  struct worker *worker = service->idle;
  service->idle = worker->next;
  if (service->idle == NULL) service->last_idle = &service->idle;
  return worker;
}

static void push_idle(struct worker *worker) {
  struct service *service = worker->service;
  worker->next = NULL;
  *service->last_idle = worker;
  service->last_idle = &worker->next;
}

static void enqueue(struct service *service, struct message *message) {
  struct request *request = check_memory(sizeof *request);
  for (int i = 0; i < message->count; i++) message_move(&request->message, &message->frame[i]);
  *service->last = request;
  service->last = &request->next;
}

/* A worker has nothing to do: give it the oldest request, or let it wait. */
static void rest(struct broker *self, struct worker *worker) {
  struct request *request = worker->service->first;
  if (request == NULL) {
    push_idle(worker);
    return;
  }
  worker->service->first = request->next;
  if (request->next == NULL) worker->service->last = &worker->service->first;
  to_worker(self, worker->id, worker->size, REQUEST, &request->message);
  free(request);
}

static void forget(struct broker *self, struct worker *worker) {
  struct worker **link = &worker->service->idle;
  while (*link != NULL && *link != worker) link = &(*link)->next;
  if (*link != NULL) {
    *link = worker->next;
    if (worker->next == NULL) worker->service->last_idle = link;
  }
  worker->older->newer = worker->newer;
  worker->newer->older = worker->older;
  table_remove(&self->workers, worker->id, worker->size);
  free(worker);
}

/* client, "", "MDPC01", service, body... */
static void from_client(struct broker *self, struct message *message) {
  if (message->count < 5) return;
  struct service *service = service_of(self, &message->frame[3]);
  struct message request = {0};
  message_move(&request, &message->frame[0]);
  for (int i = 4; i < message->count; i++) message_move(&request, &message->frame[i]);
  if (service->idle == NULL) {
    enqueue(service, &request);
  } else {
    struct worker *worker = pop_idle(service);
    to_worker(self, worker->id, worker->size, REQUEST, &request);
  }
}

static struct worker *register_worker(struct broker *self, struct message *message) {
  zmq_msg_t *id = &message->frame[0];
  struct worker *worker = check_memory(sizeof *worker);
  check(zmq_msg_size(id) < sizeof worker->id, "a routing id of too many bytes");
  worker->service = service_of(self, &message->frame[4]);
  worker->size = zmq_msg_size(id);
  memcpy(worker->id, zmq_msg_data(id), worker->size);
  table_add(&self->workers, worker->id, worker->size, worker);
  worker->older = self->all.older;
  worker->newer = &self->all;
  worker->older->newer = worker->newer->older = worker;
  return worker;
}

/* worker, "", "MDPW01", 3, client, "", body... */
static void reply(struct broker *self, struct worker *worker, struct message *message) {
  struct message answer = {0};
  message_move(&answer, &message->frame[4]);
  message_add(&answer, "", 0);
  message_add(&answer, CLIENT, HEADER_SIZE);
  message_add(&answer, worker->service->name, worker->service->size);
  for (int i = 6; i < message->count; i++) message_move(&answer, &message->frame[i]);
  message_send(&answer, self->router, ZMQ_DONTWAIT);
  rest(self, worker);
}

/* worker, "", "MDPW01", command, ... */
static void from_worker(struct broker *self, struct message *message) {
  zmq_msg_t *id = &message->frame[0];
  if (message->count < 4 || zmq_msg_size(&message->frame[3]) != 1) return;
  int command = *(unsigned char *)zmq_msg_data(&message->frame[3]);
  struct worker *worker = table_get(&self->workers, zmq_msg_data(id), zmq_msg_size(id));
  if (worker == NULL && command == READY && message->count == 5) {
    worker = register_worker(self, message);
    rest(self, worker);
  } else if (worker == NULL || command == READY) {
    if (worker != NULL) forget(self, worker);
    if (command != DISCONNECT) {
      to_worker(self, zmq_msg_data(id), zmq_msg_size(id), DISCONNECT, NULL);
    }
    return;
  } else if (command == REPLY && message->count > 6) {
    reply(self, worker, message);
  } else if (command == DISCONNECT) {
    forget(self, worker);
    return;
  }
  worker->expiry = self->now + INTERVAL * LIVENESS;
}

static void beat(struct broker *self) {
  for (struct worker *worker = self->all.newer, *next; worker != &self->all; worker = next) {
    next = worker->newer;
    if (worker->expiry < self->now) {
      forget(self, worker);
    } else {
      to_worker(self, worker->id, worker->size, HEARTBEAT, NULL);
    }
  }
}

static void take(struct broker *self, struct message *message) {
  if (message_is(message, 2, CLIENT, HEADER_SIZE)) {
    from_client(self, message);
  } else if (message_is(message, 2, WORKER, HEADER_SIZE)) {
    from_worker(self, message);
  }
  message_clear(message);
}

static void serve(struct broker *self) {
  zmq_pollitem_t item = {.socket = self->router, .events = ZMQ_POLLIN};
  self->now = check_now() / 1000000;
  int64_t next_beat = self->now + INTERVAL;
  for (;;) {
    zmq_poll(&item, 1, (long)(next_beat - self->now));
    self->now = check_now() / 1000000;
    struct message message;
    for (int i = 0; i < BUDGET && message_receive(&message, self->router, ZMQ_DONTWAIT); i++) {
      take(self, &message);
    }
    if (self->now >= next_beat) {
      beat(self);
      next_beat = self->now + INTERVAL;
    }
  }
}

int main(int count, char **argument) {
  check(count == 2, "usage: majordomo ENDPOINT");
  struct broker broker = {.router = check_bind(zmq_ctx_new(), ZMQ_ROUTER, argument[1])};
  broker.all.older = broker.all.newer = &broker.all;
  serve(&broker);
}
