/*
** push DATA SIZE: sends messages for as long as it lives.
*/

#include "bench/lib/check.h"

int main(int count, char **argument) {
  check(count == 3, "usage: push DATA SIZE");
  size_t size = strtoul(argument[2], NULL, 10);
  char *body = check_memory(size);
  void *data = check_bind(zmq_ctx_new(), ZMQ_PUSH, argument[1]);
  for (;;) check(zmq_send(data, body, size, 0) >= 0, "zmq_send");
}
