/*
** echo CLIENTS: a REP socket that answers with what it was asked.
*/

#include "bench/lib/check.h"

int main(int count, char **argument) {
  check(count == 2, "usage: echo CLIENTS");
  void *clients = check_bind(zmq_ctx_new(), ZMQ_REP, argument[1]);
  zmq_pollitem_t item = {.socket = clients, .events = ZMQ_POLLIN};
  zmq_msg_t frame;
  zmq_msg_init(&frame);
  for (;;) {
    while (zmq_msg_recv(&frame, clients, ZMQ_DONTWAIT) >= 0) {
      check(zmq_msg_send(&frame, clients, 0) >= 0, "zmq_msg_send");
    }
    zmq_poll(&item, 1, -1);
  }
}
