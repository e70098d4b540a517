/*
** pipeline.c - PUSH, PULL and DEALER: nothing but balancing and fair queueing.
*/

#include <errno.h>

#include "host/sim/net/socket_type.h"

/* What a peer sends to a PUSH is never read. */
static int attach_push(struct sim_socket *self, struct pipe *pipe) {
  pipe->no_delay = true;
  if (round_robin_add(&self->out, pipe) != 0) return -1;
  return 0;
}

static int attach_pull(struct sim_socket *self, struct pipe *pipe) {
  if (round_robin_add(&self->in, pipe) != 0) return -1;
  return 0;
}

struct dealer {
  struct sim_socket base;
  bool probe;
};

static int attach_dealer(struct sim_socket *self, struct pipe *pipe) {
  if (((struct dealer *)self)->probe && socket_type_probe(self, pipe) != 0) return -1;
  return socket_type_attach(self, pipe);
}

static int set_dealer(struct sim_socket *self, int option, const void *value, size_t size) {
  return socket_type_set_flag(option == ZMQ_PROBE_ROUTER, value, size,
                              &((struct dealer *)self)->probe);
}

const struct socket_type push_type = {
    .number = ZMQ_PUSH,
    .size = sizeof(struct sim_socket),
    .attach = attach_push,
    .detach = socket_type_detach,
    .readable = socket_type_readable,
    .writable = socket_type_writable,
    .send = socket_type_balance,
    .receive = socket_type_refuse_receive,
    .has_in = socket_type_never,
    .has_out = socket_type_has_out,
};

const struct socket_type pull_type = {
    .number = ZMQ_PULL,
    .size = sizeof(struct sim_socket),
    .attach = attach_pull,
    .detach = socket_type_detach,
    .readable = socket_type_readable,
    .writable = socket_type_writable,
    .send = socket_type_refuse_send,
    .receive = socket_type_fair,
    .has_in = socket_type_has_in,
    .has_out = socket_type_never,
};

const struct socket_type dealer_type = {
    .number = ZMQ_DEALER,
    .size = sizeof(struct dealer),
    .attach = attach_dealer,
    .detach = socket_type_detach,
    .readable = socket_type_readable,
    .writable = socket_type_writable,
    .send = socket_type_balance,
    .receive = socket_type_fair,
    .has_in = socket_type_has_in,
    .has_out = socket_type_has_out,
    .set = set_dealer,
};
