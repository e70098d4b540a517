/*
** router CLIENTS: a ROUTER socket that answers each message with itself.
*/

#include "bench/lib/check.h"
#include "bench/lib/message.h"

int main(int count, char **argument) {
  check(count == 2, "usage: router CLIENTS");
  void *clients = check_bind(zmq_ctx_new(), ZMQ_ROUTER, argument[1]);
  zmq_pollitem_t item = {.socket = clients, .events = ZMQ_POLLIN};
  struct message message;
  for (;;) {
    while (message_receive(&message, clients, ZMQ_DONTWAIT))
      message_send(&message, clients, ZMQ_DONTWAIT);
    zmq_poll(&item, 1, -1);
  }
}
