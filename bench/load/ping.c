/*
** ping.c - round trips, one at a time: REQ to a node that answers.
*/

#include "bench/lib/check.h"
#include "bench/load/load.h"

void load_ping(void *context, char **word) {
  void *node = load_connect(context, ZMQ_REQ, word[0]);
  size_t size = strtoul(word[1], NULL, 10);
  int64_t duration = strtoll(word[2], NULL, 10) * 1000000;
  const char *body = load_body(size);
  uint64_t done = 0;
  int64_t start = 0, end = 0;
  zmq_msg_t reply;
  zmq_msg_init(&reply);
  do {
    check(zmq_send(node, body, size, 0) >= 0, "zmq_send");
    check(zmq_msg_recv(&reply, node, 0) >= 0, "no answer from the node");
    check(zmq_msg_size(&reply) == size, "another reply");
    end = check_now();
    if (start == 0)
      start = end; /* the first one connects */
    else
      done++;
  } while (end - start < duration);
  load_report(done, end - start);
}
