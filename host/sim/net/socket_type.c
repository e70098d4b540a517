/*
** socket_type.c - what most types of sockets do with their pipes: read from all
** fairly, write to all in turn.
*/

#include <errno.h>

#include "host/sim/net/message.h"
#include "host/sim/net/sim_socket.h"
#include "host/sim/net/state.h"

int socket_type_attach(struct sim_socket *self, struct pipe *pipe) {
  if (pipes_add(&self->in, pipe) != 0 || pipes_add(&self->out, pipe) != 0) return -1;
  if (pipe->in.first != NULL) sim_socket_wake(self, WORLD_READABLE);
  sim_socket_wake(self, WORLD_WRITABLE);
  return 0;
}

void socket_type_detach(struct sim_socket *self, struct pipe *pipe) {
  pipes_remove(&self->in, pipe);
  pipes_remove(&self->out, pipe);
}

void socket_type_readable(struct sim_socket *self, struct pipe *pipe) {
  pipes_activate(&self->in, pipe);
  sim_socket_wake(self, WORLD_READABLE);
}

void socket_type_writable(struct sim_socket *self, struct pipe *pipe) {
  pipes_activate(&self->out, pipe);
  sim_socket_wake(self, WORLD_WRITABLE);
}

int socket_type_balance(struct sim_socket *self, struct frames *frames) {
  struct pipe *pipe = pipes_writable(&self->out);
  if (pipe == NULL) {
    errno = EAGAIN;
    return -1;
  }
  struct message *message = message_take(&self->sim->messages, frames, 0, 0);
  if (message == NULL) return -1;
  network_sent(self, pipe, message);
  pipe_write(pipe, message);
  pipes_advance(&self->out);
  return 0;
}

int socket_type_fair(struct sim_socket *self, struct frames *frames) {
  struct pipe *pipe;
  struct message *message = pipes_receive(&self->in, &pipe);
  if (message == NULL) {
    errno = EAGAIN;
    return -1;
  }
  network_delivered(self, pipe, message);
  return message_give(&self->sim->messages, message, 0, frames);
}

bool socket_type_has_in(struct sim_socket *self) {
  return pipes_peek(&self->in) != NULL;
}
bool socket_type_has_out(struct sim_socket *self) {
  return pipes_writable(&self->out) != NULL;
}

int socket_type_probe(struct sim_socket *self, struct pipe *pipe) {
  struct message *message = message_make(&self->sim->messages, "", 0);
  if (message == NULL) return -1;
  message->id = ++self->sim->messages.made;
  network_sent(self, pipe, message);
  if (!pipe_write(pipe, message)) message_free(&self->sim->messages, message);
  return 0;
}

int socket_type_set_flag(bool mine, const void *value, size_t size, bool *flag) {
  int number;
  if (!mine || settings_integer(value, size, &number) != 0 || number < 0) {
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
