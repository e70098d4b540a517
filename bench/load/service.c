/*
** service.c - requests and replies through a node in the middle: a client that
** keeps a window of requests in flight, and workers that echo.
**
** All protocols here look alike from outside: the client puts a few frames
** before the body, the worker says READY and returns what it gets, with one
** byte changed at most. So a protocol is data. A heartbeat that is returned is
** a heartbeat.
**
** Client and workers are written in C with nothing in the way, each on a thread
** of its own, so that the node in the middle is what is measured.
*/

#include <pthread.h>
#include <string.h>

#include "bench/lib/check.h"
#include "bench/lib/message.h"
#include "bench/load/load.h"

#define SERVICE "echo"
enum { TEXTS = 5 };

struct protocol {
  const char *request[TEXTS]; /* the client's frames before the body, NULL after the last */
  const char *ready[TEXTS];   /* the worker's first message */
  int command;                /* the frame of a request that says it is one, or 0 */
  char is_request, is_reply;  /* what it says in either */
  bool trickles;              /* a worker holds one request at a time, so replies come singly */
};

static const struct protocol plain = {.request = {NULL}};
static const struct protocol majordomo = {.request = {"", "MDPC01", SERVICE},
                                          .ready = {"", "MDPW01", "\1", SERVICE},
                                          .command = 2,
                                          .is_request = 2,
                                          .is_reply = 3,
                                          .trickles = true};
static const struct protocol pirate = {.request = {""}, .ready = {"\1"}, .trickles = true};

struct worker {
  const struct protocol *protocol;
  void *socket;
};

static void add_texts(struct message *message, const char *const *text) {
  for (; *text != NULL; text++) message_add(message, *text, strlen(*text));
}

/* Runs until the process ends. */
static void *work(void *argument) {
  const struct worker *self = argument;
  struct message message = {0};
  add_texts(&message, self->protocol->ready);
  if (message.count > 0) check(message_send(&message, self->socket, ZMQ_DONTWAIT), "READY");
  for (;;) {
    message_receive(&message, self->socket, 0);
    int command = self->protocol->command;
    if (command != 0 && message.count > command) {
      char *byte = zmq_msg_data(&message.frame[command]);
      if (*byte == self->protocol->is_request) *byte = self->protocol->is_reply;
    }
    check(message_send(&message, self->socket, ZMQ_DONTWAIT), "worker's queue is full");
  }
  return NULL;
}

static void start_workers(void *context, const struct protocol *protocol, const char *endpoint,
                          int count) {
  for (int i = 0; i < count; i++) {
    struct worker *worker = check_memory(sizeof *worker);
    worker->protocol = protocol;
    worker->socket = check_connect(context, ZMQ_DEALER, endpoint);
    pthread_t thread;
    errno = pthread_create(&thread, NULL, work, worker);
    check(errno == 0, "pthread_create");
    pthread_detach(thread);
  }
}

struct client {
  const struct protocol *protocol;
  void *socket;
  const char *body;
  size_t size;
};

static void request(const struct client *self) {
  struct message message = {0};
  add_texts(&message, self->protocol->request);
  message_add(&message, self->body, self->size);
  check(message_send(&message, self->socket, ZMQ_DONTWAIT), "client's queue is full");
}

/* Take a reply; true if there was one. */
static bool reply(const struct client *self, int flags) {
  struct message message;
  if (!message_receive(&message, self->socket, flags)) return false;
  errno = 0;
  check(zmq_msg_size(&message.frame[message.count - 1]) == self->size, "another reply");
  message_clear(&message);
  return true;
}

/* Where replies come singly, a client that wakes for each takes a good part of
** the machine from the node under test. One that has many requests in flight can
** as well look once a millisecond, as long as the window outlasts that. */
static void nap(void) {
  const struct timespec millisecond = {.tv_nsec = 1000000};
  nanosleep(&millisecond, NULL);
}

/* Keep 'window' requests in flight for 'ms'; the replies counted are those
** that came in that time. */
static void run(const struct client *self, int window, int64_t duration) {
  request(self);
  check(reply(self, 0), "no answer from the node");
  for (int i = 0; i < window; i++) request(self);
  uint64_t done = 0;
  int64_t start = check_now(), end;
  do {
    check(reply(self, 0), "a reply is missing");
    if (window > 1 && self->protocol->trickles) nap();
    int free = 1;
    while (free < window && reply(self, ZMQ_DONTWAIT)) free++;
    for (int i = 0; i < free; i++) request(self);
    done += (uint64_t)free;
    end = check_now();
  } while (end - start < duration);
  load_report(done, end - start);
}

/* 'word' is SIZE MS WINDOW. */
static void serve_client(void *context, const struct protocol *protocol, const char *endpoint,
                         char **word) {
  struct client client = {.protocol = protocol,
                          .socket = load_connect(context, ZMQ_DEALER, endpoint),
                          .size = strtoul(word[0], NULL, 10)};
  client.body = load_body(client.size);
  run(&client, atoi(word[2]), strtoll(word[1], NULL, 10) * 1000000);
}

void load_router(void *context, char **word) {
  serve_client(context, &plain, word[0], word + 1);
}

void load_relay(void *context, char **word) {
  start_workers(context, &plain, word[1], atoi(word[5]));
  serve_client(context, &plain, word[0], word + 2);
}

void load_majordomo(void *context, char **word) {
  start_workers(context, &majordomo, word[0], atoi(word[4]));
  serve_client(context, &majordomo, word[0], word + 1);
}

void load_pirate(void *context, char **word) {
  start_workers(context, &pirate, word[1], atoi(word[5]));
  serve_client(context, &pirate, word[0], word + 2);
}
