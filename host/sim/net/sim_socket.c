/*
** sim_socket.c - see sim_socket.h.
*/

#include "host/sim/net/sim_socket.h"

#include <stdlib.h>

void sim_socket_signal(struct sim_socket *self) {
  if (self->closed) return;
  if (list_empty(&self->waiting)) list_append(&self->host->waiting, &self->waiting);
  sim_host_wake(self->host);
}

static void posted(struct pipe *pipe) {
  sim_socket_signal(pipe->socket);
}

static void ended(struct pipe *pipe) {
  sim_socket_detach(pipe, 0);
}

static const struct pipe_user user = {.posted = posted, .ended = ended};

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
  list_init(&self->mailbox);
  self->throttled = INT64_MIN / 2;
  sim_monitor_init(&self->monitor, host, &self->waiting);
  if (type->init != NULL && type->init(self) != 0) {
    free(self);
    return NULL;
  }
  list_append(&host->sockets, &self->link);
  if (++host->sockets_open > host->sockets_most) host->sockets_most = host->sockets_open;
  return self;
}

void sim_socket_free(struct sim_socket *self) {
  self->host->sockets_open--;
  list_remove(&self->link);
  list_remove(&self->waiting);
  sim_monitor_free(&self->monitor);
  if (self->type->free != NULL) self->type->free(self);
  round_robin_free(&self->in);
  round_robin_free(&self->out);
  sim_options_free(&self->options);
  free(self);
}

static void handle(struct sim_socket *self, struct pipe *pipe, enum pipe_command command) {
  switch (command) {
    case PIPE_ATTACH:
      sim_socket_attach(self, pipe);
      break;
    case PIPE_READABLE:
      if (pipe->in_active) break;
      pipe->in_active = true;
      if (!pipe->ignored) self->type->readable(self, pipe);
      break;
    case PIPE_WRITABLE:
      message_queue_hear(pipe->peer != NULL ? &pipe->peer->in : &pipe->out);
      if (pipe->out_active || pipe->state != PIPE_ACTIVE) break;
      pipe->out_active = true;
      self->type->writable(self, pipe);
      break;
    case PIPE_HICCUP:
      pipe_drop_queue(pipe, &pipe->out);
      pipe_forget_begun(pipe);
      pipe->hiccuped = false;
      pipe->out_active = true;
      if (pipe->state == PIPE_ACTIVE) self->type->hiccup(self, pipe);
      break;
    case PIPE_GONE:
      pipe_drain(pipe);
      break;
    case PIPE_ENDED:
      sim_socket_detach(pipe, 0);
      break;
    case PIPE_COMMANDS:
      break;
  }
}

void sim_socket_process(struct sim_socket *self) {
  struct list *link;
  while ((link = list_shift(&self->mailbox)) != NULL) {
    struct pipe_entry *entry = list_entry(link, struct pipe_entry, link);
    handle(self, entry->pipe, entry->command);
  }
}

void sim_socket_catch_up(struct sim_socket *self) {
  sim_socket_process(self);
  bool looks = (self->base.wants & ~self->base.ready) != 0 || sim_monitor_has_news(&self->monitor);
  if (!looks) list_remove(&self->waiting);
}

/* What it wants, is not known to be ready for, and is ready for. */
static int news(struct sim_socket *self, int unknown) {
  int news = 0;
  if ((unknown & WORLD_READABLE) != 0 && self->type->has_in(self)) news |= WORLD_READABLE;
  if ((unknown & WORLD_WRITABLE) != 0 && self->type->has_out(self)) news |= WORLD_WRITABLE;
  return news;
}

void sim_socket_check(struct sim_socket *self) {
  int unknown = self->base.wants & ~self->base.ready;
  if (unknown == 0) return;
  if (!list_empty(&self->mailbox) || news(self, unknown) != 0) sim_socket_signal(self);
}

bool sim_socket_update(struct sim_socket *self) {
  sim_socket_process(self);
  int unknown = self->base.wants & ~self->base.ready;
  /* libzmq's readiness looks for a message in any case, and may fetch it; and for room, unless a
  ** message is all that is waited for. */
  bool only_reads = unknown == WORLD_READABLE;
  int what = unknown & news(self, WORLD_READABLE | (only_reads ? 0 : WORLD_WRITABLE));
  self->base.ready |= what;
  return what != 0;
}

static void belong(struct sim_socket *self, struct pipe *pipe) {
  pipe->socket = self;
  pipe->user = &user;
  pipe->label = &self->label;
  pipe->mailbox = &self->mailbox;
}

void sim_socket_post(struct sim_socket *self, struct pipe *pipe) {
  belong(self, pipe);
  pipe_post(pipe, PIPE_ATTACH);
}

int sim_socket_attach(struct sim_socket *self, struct pipe *pipe) {
  belong(self, pipe);
  list_append(&self->pipes, &pipe->link);
  int status = self->type->attach(self, pipe);
  if (status != 0 || pipe->refused) {
    if (pipe->transport == NULL) pipe_terminate(pipe); /* else its connection stays, for nothing */
    pipe->ignored = true;
  }
  return status;
}

void sim_socket_detach(struct pipe *pipe, int linger) {
  struct sim_socket *self = pipe->socket;
  list_remove(&pipe->link);
  self->type->detach(self, pipe);
  pipe_close(pipe, linger, self->closed && !self->crashed);
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
