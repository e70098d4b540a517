/*
** relay proxy|drained FRONT BACK: ROUTER to DEALER and back, by zmq_proxy or by
** a loop that takes up to 100 messages a turn from each side.
*/

#include <string.h>

#include "bench/lib/check.h"
#include "bench/lib/message.h"

enum { BUDGET = 100 };

static void copy(void *from, void *to) {
  struct message message;
  for (int i = 0; i < BUDGET && message_receive(&message, from, ZMQ_DONTWAIT); i++) {
    message_send(&message, to, 0);
  }
}

static void drained(void *front, void *back) {
  zmq_pollitem_t items[] = {{.socket = front, .events = ZMQ_POLLIN},
                            {.socket = back, .events = ZMQ_POLLIN}};
  for (;;) {
    zmq_poll(items, 2, -1);
    if (items[0].revents != 0) copy(front, back);
    if (items[1].revents != 0) copy(back, front);
  }
}

int main(int count, char **argument) {
  check(count == 4, "usage: relay proxy|drained FRONT BACK");
  void *context = zmq_ctx_new();
  void *front = check_bind(context, ZMQ_ROUTER, argument[2]);
  void *back = check_bind(context, ZMQ_DEALER, argument[3]);
  if (strcmp(argument[1], "proxy") == 0) {
    zmq_proxy(front, back, NULL);
  } else {
    drained(front, back);
  }
}
