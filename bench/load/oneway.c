/*
** oneway.c - messages in one direction: push to a node that counts, pull from a
** node that sends.
*/

#include <string.h>

#include "bench/lib/check.h"
#include "bench/load/load.h"

enum { BATCH = 100 }; /* messages between two looks at the clock */

static uint64_t count_at(void *data, void *ack) {
  char text[24] = "";
  check(zmq_send(data, "", 0, 0) == 0, "zmq_send");
  check(zmq_recv(ack, text, sizeof text - 1, 0) >= 0, "no answer from the node");
  return strtoull(text, NULL, 10);
}

/* No two messages alike: Lua keeps equal short strings once, and would have it
** easier than with messages that say something. */
static void send_batch(void *data, char *body, size_t size, uint64_t number) {
  for (int i = 0; i < BATCH; i++, number++) {
    memcpy(body, &number, size < sizeof number ? size : sizeof number);
    check(zmq_send(data, body, size, 0) >= 0, "zmq_send");
  }
}

/* The time ends when the node has counted the last message, not when that was
** sent; the count shows that none is missing. */
void load_push(void *context, char **word) {
  void *data = load_connect(context, ZMQ_PUSH, word[0]);
  void *ack = load_connect(context, ZMQ_PULL, word[1]);
  size_t size = strtoul(word[2], NULL, 10);
  int64_t duration = strtoll(word[3], NULL, 10) * 1000000;
  char *body = load_body(size);
  uint64_t before = count_at(data, ack), sent = 0;
  int64_t start = check_now();
  do {
    send_batch(data, body, size, sent);
    sent += BATCH;
  } while (check_now() - start < duration);
  uint64_t received = count_at(data, ack) - before - 1;
  int64_t end = check_now();
  errno = 0;
  check(received == sent, "messages were lost");
  load_report(sent, end - start);
}

void load_pull(void *context, char **word) {
  void *data = load_connect(context, ZMQ_PULL, word[0]);
  int64_t duration = strtoll(word[1], NULL, 10) * 1000000;
  zmq_msg_t frame;
  zmq_msg_init(&frame);
  check(zmq_msg_recv(&frame, data, 0) >= 0, "no message from the node");
  uint64_t received = 0;
  int64_t start = check_now(), end;
  do {
    for (int i = 0; i < BATCH; i++) check(zmq_msg_recv(&frame, data, 0) >= 0, "zmq_msg_recv");
    received += BATCH;
    end = check_now();
  } while (end - start < duration);
  load_report(received, end - start);
}
