/*
** sim_socket.c - see sim_socket.h.
*/

#include "host/sim/net/sim_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/connection.h"
#include "host/sim/net/connector.h"
#include "host/sim/net/sim_monitor.h"
#include "host/sim/net/state.h"

static const struct socket_type *const types[] = {
    &pair_type,   &pub_type,  &sub_type,  &req_type,  &rep_type, &dealer_type,
    &router_type, &pull_type, &push_type, &xpub_type, &xsub_type};

static const struct socket_type *find_type(int number) {
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    if (types[i]->number == number) return types[i];
  }
  return NULL;
}

static int refuse(int reason) {
  errno = reason;
  return -1;
}

static struct sim_socket *self_of(struct world_socket *socket) {
  return (struct sim_socket *)socket;
}

static void init_lists(struct sim_socket *self) {
  list_init(&self->pipes);
  list_init(&self->connectors);
  list_init(&self->listeners);
  list_init(&self->link);
  list_init(&self->waiting);
  list_init(&self->events);
}

struct world_socket *sim_socket_open(struct world *world, int type, void *source) {
  struct sim_node *node = sim_node_of(world);
  const struct socket_type *kind = find_type(type);
  if (kind == NULL || node->phase != SIM_NODE_UP) {
    errno = node->phase != SIM_NODE_UP ? ETERM : type == ZMQ_STREAM ? EPROTONOSUPPORT : EINVAL;
    return NULL;
  }
  struct sim_socket *self = calloc(1, kind->size);
  if (self == NULL) return NULL;
  self->base = (struct world_socket){.world = world, .source = source};
  self->type = kind;
  self->node = node;
  self->sim = node->sim;
  self->number = ++node->sockets_made;
  settings_init(&self->settings, type);
  pipes_init(&self->in, PIPES_IN);
  pipes_init(&self->out, PIPES_OUT);
  init_lists(self);
  if (kind->init != NULL && kind->init(self) != 0) {
    free(self);
    return NULL;
  }
  list_append(&node->sockets, &self->link);
  return &self->base;
}

static void free_socket(struct sim_socket *self) {
  list_remove(&self->link);
  list_remove(&self->waiting);
  monitor_free(self);
  if (self->type->free != NULL) self->type->free(self);
  pipes_free(&self->in);
  pipes_free(&self->out);
  settings_free(&self->settings);
  free(self);
}

static void close_listeners(struct sim_socket *self) {
  struct list *link;
  while ((link = list_first(&self->listeners)) != NULL) {
    network_unlisten(list_entry(link, struct listener, owned));
  }
}

/* Close everything with this linger. A script that is destroyed may still ask what the socket is
** ready for, or send: so its type forgets each pipe. */
static void close_all(struct sim_socket *self, int linger) {
  struct list *link;
  self->monitored = false;
  close_listeners(self);
  connections_leave(self);
  while ((link = list_first(&self->pipes)) != NULL) {
    sim_socket_detach(list_entry(link, struct pipe, link), linger);
  }
  /* What is left has no pipe: IMMEDIATE and not connected. */
  while ((link = list_first(&self->connectors)) != NULL) {
    connector_close(list_entry(link, struct connector, link), 0);
  }
}

void sim_socket_close(struct world_socket *socket, int grace) {
  struct sim_socket *self = self_of(socket);
  int linger = self->settings.linger;
  if (linger < 0 || linger > grace) linger = grace;
  close_all(self, linger);
  free_socket(self);
}

void sim_socket_vanish(struct sim_socket *self) {
  self->base.wants = 0;
  self->pending = 0;
  close_all(self, 0);
}

int sim_socket_set(struct world_socket *socket, int option, const void *value, size_t size) {
  struct sim_socket *self = self_of(socket);
  if (self->type->set != NULL) {
    int status = self->type->set(self, option, value, size);
    if (status == 0 || errno != EINVAL) return status;
  }
  int status = settings_set(&self->settings, option, value, size);
  if (status == 0 && (option == ZMQ_SNDHWM || option == ZMQ_RCVHWM)) {
    for (struct list *link = self->pipes.next; link != &self->pipes; link = link->next) {
      pipe_set_hwm(list_entry(link, struct pipe, link), self->settings.rcvhwm,
                   self->settings.sndhwm);
    }
  }
  return status;
}

int sim_socket_get(struct world_socket *socket, int option, void *value, size_t *size) {
  struct sim_socket *self = self_of(socket);
  int number;
  switch (option) {
    case ZMQ_LAST_ENDPOINT:
      return settings_give(self->last_endpoint, strlen(self->last_endpoint) + 1, value, size);
    case ZMQ_EVENTS:
      number = (self->type->has_in(self) ? ZMQ_POLLIN : 0) |
               (self->type->has_out(self) ? ZMQ_POLLOUT : 0);
      return settings_give(&number, sizeof number, value, size);
    case ZMQ_RCVMORE: /* messages are received whole */
      number = 0;
      return settings_give(&number, sizeof number, value, size);
    default:
      return settings_get(&self->settings, option, value, size);
  }
}

int sim_socket_send(struct world_socket *socket, struct frames *frames) {
  struct sim_socket *self = self_of(socket);
  if (frames->count == 0) return refuse(EINVAL);
  if (self->type->send(self, frames) == 0) return 0;
  if (errno == EAGAIN) self->base.ready &= ~WORLD_WRITABLE;
  return -1;
}

int sim_socket_receive(struct world_socket *socket, struct frames *frames) {
  struct sim_socket *self = self_of(socket);
  if (self->type->receive(self, frames) == 0) return 0;
  if (errno != EMSGSIZE) self->base.ready &= ~WORLD_READABLE;
  return -1;
}

void sim_socket_wake(struct sim_socket *self, int what) {
  int news = what & self->base.wants & ~(self->base.ready | self->pending);
  if (news == 0) return;
  self->pending |= news;
  if (list_empty(&self->waiting)) list_append(&self->node->waiting, &self->waiting);
  sim_node_arm(self->node);
}

void sim_socket_watch(struct world_socket *socket) {
  struct sim_socket *self = self_of(socket);
  int what = socket->wants;
  if ((what & WORLD_READABLE) != 0 && self->type->has_in(self)) {
    sim_socket_wake(self, WORLD_READABLE);
  }
  if ((what & WORLD_WRITABLE) != 0 && self->type->has_out(self)) {
    sim_socket_wake(self, WORLD_WRITABLE);
  }
}

int sim_socket_attach(struct sim_socket *self, struct pipe *pipe) {
  pipe->socket = self;
  list_append(&self->pipes, &pipe->link);
  int status = self->type->attach(self, pipe);
  if (status != 0 || pipe->refused) {
    if (pipe->connection == NULL) pipe_doom(pipe);
    pipe->stuck = true;
  }
  return status;
}

void sim_socket_detach(struct pipe *pipe, int linger) {
  struct sim_socket *self = pipe->socket;
  list_remove(&pipe->link);
  self->type->detach(self, pipe);
  pipe_close(pipe, linger);
}
