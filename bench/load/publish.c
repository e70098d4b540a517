/*
** publish.c - publishing: to a node that subscribes, and through one that
** forwards.
**
** Nothing is lost here, so that rates can be compared: the publisher waits for
** subscribers (ZMQ_XPUB_NODROP), or has no more under way than queues hold.
*/

#include <string.h>

#include "bench/lib/check.h"
#include "bench/load/load.h"

enum { BATCH = 100, MOST = 100 };

static void set(void *socket, int option, int value) {
  check(zmq_setsockopt(socket, option, &value, sizeof value) == 0, "zmq_setsockopt");
}

static void give_patience(void *socket) {
  set(socket, ZMQ_RCVTIMEO, LOAD_PATIENCE);
  set(socket, ZMQ_SNDTIMEO, LOAD_PATIENCE);
  set(socket, ZMQ_LINGER, 0);
}

/* An XPUB that drops nothing and tells of every subscription. */
static void make_publisher(void *socket) {
  give_patience(socket);
  set(socket, ZMQ_XPUB_NODROP, 1);
  set(socket, ZMQ_XPUB_VERBOSE, 1);
}

static void await_subscriptions(void *publisher, int count) {
  char event[16];
  while (count-- > 0) {
    check(zmq_recv(publisher, event, sizeof event, 0) > 0 && event[0] == 1, "no subscription");
  }
}

/* No two messages alike, as in oneway.c. */
static void publish(void *socket, char *body, size_t size, uint64_t number) {
  memcpy(body, &number, size < sizeof number ? size : sizeof number);
  check(zmq_send(socket, body, size, 0) >= 0, "zmq_send");
}

void load_publish(void *context, char **word) {
  void *data = check_bind(context, ZMQ_XPUB, word[0]);
  void *ack = check_bind(context, ZMQ_PULL, word[1]);
  size_t size = strtoul(word[2], NULL, 10);
  int64_t duration = strtoll(word[3], NULL, 10) * 1000000;
  int subscribers = atoi(word[4]);
  char *body = load_body(size);
  make_publisher(data);
  give_patience(ack);
  await_subscriptions(data, subscribers);
  uint64_t sent = 0;
  int64_t start = check_now();
  do {
    for (int i = 0; i < BATCH; i++) publish(data, body, size, sent++);
  } while (check_now() - start < duration);
  check(zmq_send(data, "", 0, 0) == 0, "zmq_send"); /* asks for the count */
  for (int i = 0; i < subscribers; i++) {
    char text[24] = "";
    check(zmq_recv(ack, text, sizeof text - 1, 0) >= 0, "no answer from the node");
    errno = 0;
    check(strtoull(text, NULL, 10) == sent + 1, "messages were lost");
  }
  load_report(sent * (uint64_t)subscribers, check_now() - start);
}

/* What the slowest of these has received, after taking what is there. */
static uint64_t drain(void **subscriber, uint64_t *received, int count) {
  uint64_t least = UINT64_MAX;
  char frame[1 << 16];
  for (int i = 0; i < count; i++) {
    while (zmq_recv(subscriber[i], frame, sizeof frame, ZMQ_DONTWAIT) >= 0) received[i]++;
    if (received[i] < least) least = received[i];
  }
  return least;
}

/* Sleep until the first has something, unless it has already more than 'least'. */
static void rest(void *subscriber) {
  zmq_pollitem_t item = {.socket = subscriber, .events = ZMQ_POLLIN};
  check(zmq_poll(&item, 1, LOAD_PATIENCE) > 0, "no message from the node");
}

void load_forward(void *context, char **word) {
  void *publisher = check_connect(context, ZMQ_XPUB, word[0]);
  size_t size = strtoul(word[2], NULL, 10);
  int64_t duration = strtoll(word[3], NULL, 10) * 1000000;
  uint64_t window = strtoull(word[4], NULL, 10);
  int subscribers = atoi(word[5]);
  check(subscribers >= 1 && subscribers <= MOST, "so many subscribers");
  void *subscriber[MOST];
  uint64_t received[MOST] = {0}, sent = 0, least = 0;
  char *body = load_body(size);
  make_publisher(publisher);
  for (int i = 0; i < subscribers; i++) {
    subscriber[i] = load_connect(context, ZMQ_SUB, word[1]);
    check(zmq_setsockopt(subscriber[i], ZMQ_SUBSCRIBE, "", 0) == 0, "ZMQ_SUBSCRIBE");
  }
  await_subscriptions(publisher, 1);
  /* The node asks upstream once: until all have heard, some are not known there. */
  for (int known = 0; known < subscribers;) {
    publish(publisher, body, size, 0);
    known = 0;
    for (int i = 0; i < subscribers; i++) {
      zmq_pollitem_t item = {.socket = subscriber[i], .events = ZMQ_POLLIN};
      known += zmq_poll(&item, 1, 10) > 0;
    }
  }
  while (zmq_poll(&(zmq_pollitem_t){.socket = subscriber[0], .events = ZMQ_POLLIN}, 1, 50) > 0) {
    drain(subscriber, received, subscribers);
  }
  memset(received, 0, sizeof received);
  int64_t start = check_now(), end;
  do {
    while (sent - least < window) publish(publisher, body, size, sent++);
    least = drain(subscriber, received, subscribers);
    if (sent - least >= window && received[0] == least) rest(subscriber[0]);
    end = check_now();
  } while (end - start < duration);
  load_report(least * (uint64_t)subscribers, end - start);
}
