/*
** forward FRONT BACK: XSUB to XPUB and back, by zmq_proxy.
*/

#include "bench/lib/check.h"

int main(int count, char **argument) {
  check(count == 3, "usage: forward FRONT BACK");
  void *context = zmq_ctx_new();
  void *front = check_bind(context, ZMQ_XSUB, argument[1]);
  void *back = check_bind(context, ZMQ_XPUB, argument[2]);
  zmq_proxy(front, back, NULL);
}
