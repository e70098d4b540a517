/*
** clone SNAPSHOT UPDATES SETTERS [PEER]: a clone server (CHP, RFC 12) written by
** hand over libzmq: an ordered map, its snapshots, and what clients set.
**
** With PEER, where the active one publishes, it is passive: it has the same map,
** and holds what is set until that has published it. Who serves is decided
** nowhere, and nothing ends by itself.
*/

#include <string.h>

#include "bench/lib/check.h"
#include "bench/lib/message.h"
#include "bench/lib/table.h"

enum { BUDGET = 100, FRAMES = 5, BEAT = 1000 };
enum { KEY, SEQ, UUID, PROPERTIES, BODY };

struct entry {
  struct entry *next; /* in the list of all, the last one set for the first time first */
  zmq_msg_t frame[FRAMES];
};

struct clone {
  void *snapshot, *updates, *setters, *peer; /* peer: NULL while active */
  struct table map, held;                    /* key -> entry, UUID -> frames */
  struct entry *entries;
  uint64_t seq;
};

static void copy(zmq_msg_t *to, const zmq_msg_t *from) {
  for (int i = 0; i < FRAMES; i++) { /* libzmq only reads 'from' */
    check(zmq_msg_copy(&to[i], (zmq_msg_t *)&from[i]) == 0, "zmq_msg_copy");
  }
}

static void init(zmq_msg_t *frame) {
  for (int i = 0; i < FRAMES; i++) zmq_msg_init(&frame[i]);
}

static void put(struct clone *self, const struct message *message) {
  zmq_msg_t *key = (zmq_msg_t *)&message->frame[KEY];
  struct entry *entry = table_get(&self->map, zmq_msg_data(key), zmq_msg_size(key));
  if (entry == NULL) {
    entry = check_memory(sizeof *entry);
    init(entry->frame);
    entry->next = self->entries;
    self->entries = entry;
    table_add(&self->map, zmq_msg_data(key), zmq_msg_size(key), entry);
  }
  copy(entry->frame, message->frame);
}

static void number(zmq_msg_t *frame, uint64_t seq) {
  zmq_msg_close(frame);
  check(zmq_msg_init_size(frame, 8) == 0, "zmq_msg_init_size");
  unsigned char *bytes = zmq_msg_data(frame);
  for (int i = 7; i >= 0; i--, seq >>= 8) bytes[i] = (unsigned char)seq;
}

static void hold(struct clone *self, const struct message *message) {
  zmq_msg_t *held = check_memory(FRAMES * sizeof *held);
  init(held);
  copy(held, message->frame);
  table_add(&self->held, zmq_msg_data(&held[UUID]), zmq_msg_size(&held[UUID]), held);
}

static void on_set(struct clone *self, struct message *message) {
  if (message->count != FRAMES || zmq_msg_size(&message->frame[UUID]) != 16) return;
  if (self->peer != NULL) {
    hold(self, message);
    return;
  }
  number(&message->frame[SEQ], ++self->seq);
  put(self, message);
  message_send(message, self->updates, 0);
}

static void on_peer(struct clone *self, struct message *message) {
  if (message->count != FRAMES || message_is(message, KEY, "HUGZ", 4)) return;
  zmq_msg_t *uuid = &message->frame[UUID];
  zmq_msg_t *held = table_get(&self->held, zmq_msg_data(uuid), zmq_msg_size(uuid));
  if (held != NULL) {
    table_remove(&self->held, zmq_msg_data(uuid), zmq_msg_size(uuid));
    for (int i = 0; i < FRAMES; i++) zmq_msg_close(&held[i]);
    free(held);
  }
  put(self, message);
}

/* Five frames to a client. */
static void answer(struct clone *self, zmq_msg_t *client, const zmq_msg_t *frame) {
  struct message reply = {0};
  message_add(&reply, zmq_msg_data(client), zmq_msg_size(client));
  init(&reply.frame[1]);
  copy(&reply.frame[1], frame);
  reply.count += FRAMES;
  message_send(&reply, self->snapshot, 0);
}

/* A message of this key and number, without the rest. */
static void make(struct message *message, const char *key, uint64_t seq) {
  message_add(message, key, strlen(key));
  for (int i = 1; i < FRAMES; i++) message_add(message, "", 0);
  number(&message->frame[SEQ], seq);
}

static void on_snapshot(struct clone *self, struct message *request) {
  if (request->count != 3 || !message_is(request, 1, "ICANHAZ?", 8)) return;
  zmq_msg_t *client = &request->frame[0], *subtree = &request->frame[2];
  size_t size = zmq_msg_size(subtree);
  for (struct entry *entry = self->entries; entry != NULL; entry = entry->next) {
    zmq_msg_t *key = &entry->frame[KEY];
    if (zmq_msg_size(key) < size) continue;
    if (memcmp(zmq_msg_data(key), zmq_msg_data(subtree), size) != 0) continue;
    answer(self, client, entry->frame);
  }
  struct message bye = {0};
  make(&bye, "KTHXBAI", self->seq);
  answer(self, client, bye.frame);
  message_clear(&bye);
}

static void beat(struct clone *self) {
  struct message message = {0};
  make(&message, "HUGZ", self->seq);
  message_send(&message, self->updates, 0);
}

static void take(struct clone *self, void *socket, void (*on)(struct clone *, struct message *)) {
  struct message message;
  for (int i = 0; i < BUDGET && message_receive(&message, socket, ZMQ_DONTWAIT); i++) {
    on(self, &message);
    message_clear(&message);
  }
}

/* A socket without limits; a SUB hears all. */
static void *open_socket(void *context, int type) {
  void *socket = zmq_socket(context, type);
  const int none = 0;
  check(zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof none) == 0, "ZMQ_SNDHWM");
  check(zmq_setsockopt(socket, ZMQ_RCVHWM, &none, sizeof none) == 0, "ZMQ_RCVHWM");
  if (type == ZMQ_SUB) check(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0) == 0, "ZMQ_SUBSCRIBE");
  return socket;
}

static void *bind_socket(void *context, int type, const char *endpoint) {
  void *socket = open_socket(context, type);
  check(zmq_bind(socket, endpoint) == 0, endpoint);
  return socket;
}

static void *follow(void *context, const char *endpoint) {
  void *socket = open_socket(context, ZMQ_SUB);
  check(zmq_connect(socket, endpoint) == 0, endpoint);
  return socket;
}

int main(int count, char **argument) {
  check(count == 4 || count == 5, "usage: clone SNAPSHOT UPDATES SETTERS [PEER]");
  void *context = zmq_ctx_new();
  struct clone clone = {.snapshot = bind_socket(context, ZMQ_ROUTER, argument[1]),
                        .updates = bind_socket(context, ZMQ_PUB, argument[2]),
                        .setters = bind_socket(context, ZMQ_SUB, argument[3]),
                        .peer = count == 5 ? follow(context, argument[4]) : NULL};
  zmq_pollitem_t items[] = {{.socket = clone.setters, .events = ZMQ_POLLIN},
                            {.socket = clone.snapshot, .events = ZMQ_POLLIN},
                            {.socket = clone.peer, .events = ZMQ_POLLIN}};
  int64_t next_beat = 0;
  for (;;) {
    int64_t now = check_now() / 1000000;
    if (now >= next_beat) {
      beat(&clone);
      next_beat = now + BEAT;
    }
    zmq_poll(items, clone.peer != NULL ? 3 : 2, (long)(next_beat - now));
    take(&clone, clone.setters, on_set);
    take(&clone, clone.snapshot, on_snapshot);
    if (clone.peer != NULL) take(&clone, clone.peer, on_peer);
  }
}
