/*
** pair.c - PAIR: one peer; another is ignored while it is there.
*/

#include <errno.h>

#include "host/sim/net/socket_type.h"

struct pair {
  struct sim_socket base;
  struct pipe *pipe; /* NULL: no peer */
};

static struct pair *pair_of(struct sim_socket *self) {
  return (struct pair *)self;
}

static int attach(struct sim_socket *self, struct pipe *pipe) {
  struct pair *pair = pair_of(self);
  if (pair->pipe != NULL) {
    pipe->refused = true;
    return 0;
  }
  pair->pipe = pipe;
  return 0;
}

static void detach(struct sim_socket *self, struct pipe *pipe) {
  if (pair_of(self)->pipe == pipe) pair_of(self)->pipe = NULL;
}

static void readable(struct sim_socket *self, struct pipe *pipe) {
  (void)self, (void)pipe;
}

static void writable(struct sim_socket *self, struct pipe *pipe) {
  (void)self, (void)pipe;
}

static bool has_in(struct sim_socket *self) {
  struct pipe *pipe = pair_of(self)->pipe;
  return pipe != NULL && pipe_peek(pipe) != NULL;
}

static bool has_out(struct sim_socket *self) {
  struct pipe *pipe = pair_of(self)->pipe;
  return pipe != NULL && pipe_check_write(pipe);
}

static int send(struct sim_socket *self, struct frames *frames) {
  if (!has_out(self)) {
    errno = EAGAIN;
    return -1;
  }
  struct message *message = message_take(&self->network->messages, frames, 0, 0);
  if (message == NULL) return -1;
  sim_socket_sent(self, pair_of(self)->pipe, message);
  pipe_write(pair_of(self)->pipe, message);
  return 0;
}

static int receive(struct sim_socket *self, struct frames *frames) {
  if (!has_in(self)) {
    errno = EAGAIN;
    return -1;
  }
  struct message *message = pipe_read(pair_of(self)->pipe);
  sim_socket_delivered(self, pair_of(self)->pipe, message);
  return message_give(&self->network->messages, message, 0, frames);
}

const struct socket_type pair_type = {
    .number = ZMQ_PAIR,
    .size = sizeof(struct pair),
    .attach = attach,
    .detach = detach,
    .readable = readable,
    .writable = writable,
    .send = send,
    .receive = receive,
    .has_in = has_in,
    .has_out = has_out,
};
