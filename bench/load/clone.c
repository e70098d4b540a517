/*
** clone.c - a clone server, or a pair of them: what clients set comes back in
** order, and a snapshot.
**
** A server is named by the first of its three ports; the first server is the
** active one. All servers get all that is set.
*/

#include <string.h>

#include "bench/lib/check.h"
#include "bench/load/load.h"

enum { KEYS = 1000, FILLING = 500, FIRST_TRY = 100 };

struct clone {
  void *updates, *setter;
  uint64_t number; /* of the last set: in its UUID */
};

static const char *endpoint(const char *port, int offset) {
  static char text[64];
  snprintf(text, sizeof text, "tcp://127.0.0.1:%d", atoi(port) + offset);
  return text;
}

static void unlimited(void *socket) {
  const int none = 0, patience = 6 * LOAD_PATIENCE;
  check(zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof none) == 0, "ZMQ_SNDHWM");
  check(zmq_setsockopt(socket, ZMQ_RCVHWM, &none, sizeof none) == 0, "ZMQ_RCVHWM");
  check(zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience) == 0, "ZMQ_RCVTIMEO");
}

static void set(struct clone *self, uint64_t key) {
  char text[32], uuid[17], body[32];
  snprintf(text, sizeof text, "/key/%llu", (unsigned long long)key);
  snprintf(uuid, sizeof uuid, "%016llx", (unsigned long long)++self->number);
  snprintf(body, sizeof body, "value %llu", (unsigned long long)self->number);
  zmq_send(self->setter, text, strlen(text), ZMQ_SNDMORE);
  zmq_send(self->setter, "\0\0\0\0\0\0\0\0", 8, ZMQ_SNDMORE);
  zmq_send(self->setter, uuid, 16, ZMQ_SNDMORE);
  zmq_send(self->setter, "", 0, ZMQ_SNDMORE);
  check(zmq_send(self->setter, body, strlen(body), 0) >= 0, "zmq_send");
}

/* The first frame's size of the next message, or -1 when there is none in time. */
static int receive(void *socket, char *key, size_t size, int flags) {
  int got = zmq_recv(socket, key, size, flags);
  if (got < 0) return -1;
  int more = 1;
  size_t length = sizeof more;
  zmq_msg_t frame;
  zmq_msg_init(&frame);
  while (zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &length) == 0 && more) {
    zmq_msg_recv(&frame, socket, 0);
  }
  zmq_msg_close(&frame);
  return got;
}

/* Sockets to one server, or to two ("-" is none); all of them listen by then. */
static struct clone join(void *context, char **word) {
  struct clone self = {.updates = zmq_socket(context, ZMQ_SUB),
                       .setter = zmq_socket(context, ZMQ_XPUB)};
  bool pair = strcmp(word[1], "-") != 0;
  char event[64];
  unlimited(self.updates);
  unlimited(self.setter);
  const int on = 1;
  check(zmq_setsockopt(self.setter, ZMQ_XPUB_VERBOSE, &on, sizeof on) == 0, "ZMQ_XPUB_VERBOSE");
  check(zmq_setsockopt(self.updates, ZMQ_SUBSCRIBE, "/key/", 5) == 0, "ZMQ_SUBSCRIBE");
  check(zmq_connect(self.updates, endpoint(word[0], 1)) == 0, "zmq_connect");
  for (int i = 0; i <= pair; i++) {
    check(zmq_connect(self.setter, endpoint(word[i], 2)) == 0, "zmq_connect");
  }
  for (int i = 0; i <= pair; i++) {
    check(zmq_recv(self.setter, event, sizeof event, 0) > 0, "no server takes what is set");
  }
  zmq_pollitem_t item = {.socket = self.updates, .events = ZMQ_POLLIN};
  void *line = load_connect(context, ZMQ_DEALER, endpoint(word[0], 0));
  int tries = 0;
  do { /* a server that is alone serves when it is asked for a snapshot */
    check(tries++ < 6 * LOAD_PATIENCE / FIRST_TRY, "no update from the server");
    zmq_send(line, "ICANHAZ?", 8, ZMQ_SNDMORE);
    zmq_send(line, "/key/", 5, 0);
    set(&self, 0);
  } while (zmq_poll(&item, 1, FIRST_TRY) == 0);
  while (zmq_poll(&item, 1, 2 * FIRST_TRY) > 0) receive(self.updates, event, sizeof event, 0);
  zmq_close(line);
  return self;
}

/* FIRST BACKUP MS WINDOW */
void load_clone(void *context, char **word) {
  struct clone self = join(context, word);
  int64_t duration = strtoll(word[2], NULL, 10) * 1000000;
  uint64_t window = strtoull(word[3], NULL, 10), sent = 0, done = 0;
  char key[64];
  int64_t start = check_now(), end;
  do {
    while (sent - done < window) set(&self, sent++ % KEYS);
    check(receive(self.updates, key, sizeof key, 0) > 0, "an update is missing");
    done++;
    while (receive(self.updates, key, sizeof key, ZMQ_DONTWAIT) > 0) done++;
    end = check_now();
  } while (end - start < duration);
  load_report(done, end - start);
}

/* FIRST BACKUP KEYS: so many are set, then a snapshot is asked for. */
void load_snapshot(void *context, char **word) {
  struct clone self = join(context, word);
  uint64_t keys = strtoull(word[2], NULL, 10), sent = 1, done = 1; /* key 0 is there */
  char key[64];
  while (done < keys) {
    while (sent < keys && sent - done < FILLING) set(&self, sent++);
    check(receive(self.updates, key, sizeof key, 0) > 0, "an update is missing");
    done++;
  }
  void *line = zmq_socket(context, ZMQ_DEALER);
  unlimited(line);
  check(zmq_connect(line, endpoint(word[0], 0)) == 0, "zmq_connect");
  int64_t start = check_now();
  zmq_send(line, "ICANHAZ?", 8, ZMQ_SNDMORE);
  zmq_send(line, "", 0, 0);
  uint64_t got = 0;
  for (int size; (size = receive(line, key, sizeof key, 0)) > 0; got++) {
    if (size == 7 && memcmp(key, "KTHXBAI", 7) == 0) break;
  }
  int64_t end = check_now();
  check(got == keys, "the snapshot is cut");
  load_report(got, end - start);
}
