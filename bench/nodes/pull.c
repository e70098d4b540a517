/*
** pull DATA ACK: counts messages. An empty one asks for the count on ACK.
**
** The least a receiver can do in C: take what is there, sleep when nothing is.
*/

#include "bench/lib/check.h"

static void acknowledge(void *ack, uint64_t count) {
  char text[24];
  int size = snprintf(text, sizeof text, "%llu", (unsigned long long)count);
  check(zmq_send(ack, text, (size_t)size, 0) == size, "zmq_send");
}

int main(int count, char **argument) {
  check(count == 3, "usage: pull DATA ACK");
  void *context = zmq_ctx_new();
  void *ack = check_bind(context, ZMQ_PUSH, argument[2]);
  void *data = check_bind(context, ZMQ_PULL, argument[1]);
  zmq_pollitem_t item = {.socket = data, .events = ZMQ_POLLIN};
  uint64_t received = 0;
  zmq_msg_t frame;
  zmq_msg_init(&frame);
  for (;;) {
    while (zmq_msg_recv(&frame, data, ZMQ_DONTWAIT) >= 0) {
      received++;
      if (zmq_msg_size(&frame) == 0) acknowledge(ack, received);
    }
    zmq_poll(&item, 1, -1);
  }
}
