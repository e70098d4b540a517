/*
** subscribe DATA ACK COUNT: that many subscribers, each of which counts. An empty
** message asks for the count on ACK.
*/

#include "bench/lib/check.h"

enum { BUDGET = 100, MOST = 100 };

static void *subscribe(void *context, const char *endpoint) {
  void *socket = check_connect(context, ZMQ_SUB, endpoint);
  check(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0) == 0, "ZMQ_SUBSCRIBE");
  return socket;
}

static void acknowledge(void *ack, uint64_t count) {
  char text[24];
  int size = snprintf(text, sizeof text, "%llu", (unsigned long long)count);
  check(zmq_send(ack, text, (size_t)size, 0) == size, "zmq_send");
}

static void drain(void *socket, void *ack, uint64_t *count) {
  zmq_msg_t frame;
  zmq_msg_init(&frame);
  for (int i = 0; i < BUDGET && zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) >= 0; i++) {
    ++*count;
    if (zmq_msg_size(&frame) == 0) acknowledge(ack, *count);
  }
  zmq_msg_close(&frame);
}

int main(int words, char **argument) {
  check(words == 4, "usage: subscribe DATA ACK COUNT");
  int subscribers = atoi(argument[3]);
  check(subscribers >= 1 && subscribers <= MOST, "so many subscribers");
  void *context = zmq_ctx_new();
  void *ack = check_connect(context, ZMQ_PUSH, argument[2]);
  zmq_pollitem_t items[MOST];
  uint64_t count[MOST] = {0};
  for (int i = 0; i < subscribers; i++) {
    items[i] = (zmq_pollitem_t){.socket = subscribe(context, argument[1]), .events = ZMQ_POLLIN};
  }
  for (;;) {
    zmq_poll(items, subscribers, -1);
    for (int i = 0; i < subscribers; i++) {
      if (items[i].revents != 0) drain(items[i].socket, ack, &count[i]);
    }
  }
}
