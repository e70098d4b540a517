/*
** socket_type.c - see socket_type.h.
*/

#include "host/sim/net/socket_type.h"

#include <errno.h>

#include "host/sim/net/fair_queue.h"

int socket_type_attach(struct sim_socket *self, struct pipe *pipe) {
  if (round_robin_add(&self->in, pipe) != 0 || round_robin_add(&self->out, pipe) != 0) return -1;
  return 0;
}

bool socket_type_always(struct sim_socket *self) {
  (void)self;
  return true;
}

bool socket_type_never(struct sim_socket *self) {
  (void)self;
  return false;
}

void socket_type_detach(struct sim_socket *self, struct pipe *pipe) {
  round_robin_remove(&self->in, pipe);
  round_robin_remove(&self->out, pipe);
}

void socket_type_readable(struct sim_socket *self, struct pipe *pipe) {
  round_robin_activate(&self->in, pipe);
}

void socket_type_writable(struct sim_socket *self, struct pipe *pipe) {
  round_robin_activate(&self->out, pipe);
}

int socket_type_balance(struct sim_socket *self, struct frames *frames) {
  struct pipe *pipe = round_robin_writable(&self->out);
  if (pipe == NULL) {
    errno = EAGAIN;
    return -1;
  }
  struct message *message = message_take(&self->network->messages, frames, 0, 0);
  if (message == NULL) return -1;
  sim_socket_sent(self, pipe, message);
  pipe_write(pipe, message);
  round_robin_advance(&self->out);
  return 0;
}

int socket_type_fair(struct sim_socket *self, struct frames *frames) {
  struct pipe *pipe;
  struct message *message = fair_queue_receive(&self->in, &pipe);
  if (message == NULL) {
    errno = EAGAIN;
    return -1;
  }
  sim_socket_delivered(self, pipe, message);
  return message_give(&self->network->messages, message, 0, frames);
}

bool socket_type_has_in(struct sim_socket *self) {
  return fair_queue_peek(&self->in) != NULL;
}
bool socket_type_has_out(struct sim_socket *self) {
  return round_robin_writable(&self->out) != NULL;
}

int socket_type_probe(struct sim_socket *self, struct pipe *pipe) {
  struct message *message = message_make(&self->network->messages, "", 0);
  if (message == NULL) return -1;
  message->id = ++self->network->messages.made;
  sim_socket_sent(self, pipe, message);
  if (!pipe_write(pipe, message)) message_free(&self->network->messages, message);
  return 0;
}

int socket_type_set_flag(bool mine, const void *value, size_t size, bool *flag) {
  int number;
  if (!mine || sim_options_integer(value, size, &number) != 0 || number < 0) {
    errno = EINVAL;
    return -1;
  }
  *flag = number != 0;
  return 0;
}

int socket_type_refuse_send(struct sim_socket *self, struct frames *frames) {
  (void)self;
  (void)frames;
  errno = ENOTSUP;
  return -1;
}

int socket_type_refuse_receive(struct sim_socket *self, struct frames *frames) {
  return socket_type_refuse_send(self, frames);
}
