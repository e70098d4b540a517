/*
** sim_socket.c - see sim_socket.h.
*/

#include "host/sim/net/sim_socket.h"

#include <stdlib.h>

static void readable(struct pipe *pipe, bool was_active) {
  struct sim_socket *self = pipe->socket;
  if (was_active) {
    sim_socket_wake(self, WORLD_READABLE);
  } else {
    self->type->readable(self, pipe);
  }
}

static void writable(struct pipe *pipe) {
  pipe->socket->type->writable(pipe->socket, pipe);
}

static void ended(struct pipe *pipe) {
  sim_socket_detach(pipe, 0);
}

static const struct pipe_user user = {.readable = readable, .writable = writable, .ended = ended};

struct sim_socket *sim_socket_new(struct sim_host *host, const struct socket_type *type,
                                  void *source) {
  struct sim_socket *self = calloc(1, type->size);
  if (self == NULL) return NULL;
  self->base = (struct world_socket){.world = &host->world, .source = source};
  self->type = type;
  self->host = host;
  self->network = host->network;
  self->label = (struct network_label){++host->sockets_made, type->number};
  sim_options_init(&self->options, type->number);
  round_robin_init(&self->in, ROUND_ROBIN_IN);
  round_robin_init(&self->out, ROUND_ROBIN_OUT);
  list_init(&self->pipes);
  list_init(&self->connectors);
  list_init(&self->listeners);
  list_init(&self->link);
  list_init(&self->waiting);
  sim_monitor_init(&self->monitor, host, &self->waiting);
  if (type->init != NULL && type->init(self) != 0) {
    free(self);
    return NULL;
  }
  list_append(&host->sockets, &self->link);
  return self;
}

void sim_socket_free(struct sim_socket *self) {
  list_remove(&self->link);
  list_remove(&self->waiting);
  sim_monitor_free(&self->monitor);
  if (self->type->free != NULL) self->type->free(self);
  round_robin_free(&self->in);
  round_robin_free(&self->out);
  sim_options_free(&self->options);
  free(self);
}

void sim_socket_wake(struct sim_socket *self, int what) {
  int news = what & self->base.wants & ~(self->base.ready | self->pending);
  if (news == 0) return;
  self->pending |= news;
  if (list_empty(&self->waiting)) list_append(&self->host->waiting, &self->waiting);
  sim_host_wake(self->host);
}

int sim_socket_attach(struct sim_socket *self, struct pipe *pipe) {
  pipe->socket = self;
  pipe->user = &user;
  pipe->label = &self->label;
  list_append(&self->pipes, &pipe->link);
  int status = self->type->attach(self, pipe);
  if (status != 0 || pipe->refused) {
    if (pipe->connection == NULL) pipe_terminate(pipe);
    pipe->ignored = true;
  }
  return status;
}

void sim_socket_detach(struct pipe *pipe, int linger) {
  struct sim_socket *self = pipe->socket;
  list_remove(&pipe->link);
  self->type->detach(self, pipe);
  pipe_close(pipe, linger);
}

void sim_socket_sent(struct sim_socket *self, const struct pipe *pipe, struct message *message) {
  int peer = pipe != NULL ? pipe_peer(pipe) : -1;
  network_sent(self->network, self->host->index, peer, &self->label, message);
}

void sim_socket_delivered(struct sim_socket *self, const struct pipe *pipe,
                          struct message *message) {
  int peer = pipe != NULL ? pipe_peer(pipe) : -1;
  network_delivered(self->network, self->host->index, peer, &self->label, message);
}

void sim_socket_dropped(struct sim_socket *self, struct message *message) {
  network_dropped(self->network, self->host->index, &self->label, message);
}
