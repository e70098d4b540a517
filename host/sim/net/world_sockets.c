/*
** world_sockets.c - see world_sockets.h.
*/

#include "host/sim/net/world_sockets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host/sim/net/connection.h"
#include "host/sim/net/connector.h"
#include "host/sim/net/inproc.h"
#include "host/sim/net/listener.h"
#include "host/sim/net/socket_type.h"

/* As libzmq's limits for handling commands: max_command_delay, inbound_poll_rate. */
enum { THROTTLE_US = 1000, RECEIVES = 100 };

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

struct world_socket *world_sockets_open(struct world *world, int type, void *source) {
  struct sim_host *host = sim_host_of(world);
  const struct socket_type *kind = find_type(type);
  if (kind == NULL || !host->up) {
    errno = !host->up ? ETERM : type == ZMQ_STREAM ? EPROTONOSUPPORT : EINVAL;
    return NULL;
  }
  if (sim_host_lacks(host, host->no_descriptors)) {
    errno = EMFILE;
    return NULL;
  }
  struct sim_socket *self = sim_socket_new(host, kind, source);
  return self != NULL ? &self->base : NULL;
}

static void close_listeners(struct sim_socket *self) {
  struct list *link;
  while ((link = list_first(&self->listeners)) != NULL) {
    listener_close(list_entry(link, struct listener, owned));
  }
}

/* Close everything with this linger. A script that is destroyed may still ask what the socket is
** ready for, or send: so its type forgets each pipe. */
static void close_all(struct sim_socket *self, int linger) {
  struct list *link;
  self->monitor.on = false;
  self->closed = true;
  sim_socket_process(self);
  close_listeners(self);
  connection_leave(self);
  while ((link = list_first(&self->pipes)) != NULL) {
    sim_socket_detach(list_entry(link, struct pipe, link), linger);
  }
  /* What is left has no pipe: IMMEDIATE and not connected. */
  while ((link = list_first(&self->connectors)) != NULL) {
    connector_close(list_entry(link, struct connector, link), false);
  }
}

void world_sockets_close(struct world_socket *socket, int grace) {
  struct sim_socket *self = self_of(socket);
  int linger = self->options.linger;
  if (linger < 0 || linger > grace) linger = grace;
  int type = self->type->number;
  if (type == ZMQ_SUB || type == ZMQ_XSUB) linger = 0; /* not for subscriptions, whatever it is */
  close_all(self, linger);
  sim_socket_free(self);
}

void world_sockets_vanish(struct sim_socket *self) {
  self->crashed = true;
  close_all(self, 0);
}

int world_sockets_set(struct world_socket *socket, int option, const void *value, size_t size) {
  struct sim_socket *self = self_of(socket);
  if (self->type->set != NULL) {
    int status = self->type->set(self, option, value, size);
    if (status == 0 || errno != EINVAL) return status;
  }
  int status = sim_options_set(&self->options, option, value, size);
  if (status == 0 && (option == ZMQ_SNDHWM || option == ZMQ_RCVHWM)) {
    for (struct list *link = self->pipes.next; link != &self->pipes; link = link->next) {
      pipe_set_hwm(list_entry(link, struct pipe, link), self->options.rcvhwm, self->options.sndhwm);
    }
  }
  return status;
}

int world_sockets_get(struct world_socket *socket, int option, void *value, size_t *size) {
  struct sim_socket *self = self_of(socket);
  int number;
  switch (option) {
    case ZMQ_LAST_ENDPOINT:
      return sim_options_give(self->last_endpoint, strlen(self->last_endpoint) + 1, value, size);
    case ZMQ_EVENTS:
      sim_socket_catch_up(self);
      number = (self->type->has_in(self) ? ZMQ_POLLIN : 0) |
               (self->type->has_out(self) ? ZMQ_POLLOUT : 0);
      return sim_options_give(&number, sizeof number, value, size);
    case ZMQ_RCVMORE: /* messages are received whole */
      number = 0;
      return sim_options_give(&number, sizeof number, value, size);
    default:
      return sim_options_get(&self->options, option, value, size);
  }
}

/* A send looks into the mailbox only now and then, and once more when it finds no room. */
int world_sockets_send(struct world_socket *socket, struct frames *frames) {
  struct sim_socket *self = self_of(socket);
  if (frames->count == 0) return refuse(EINVAL);
  if (self->network->now - self->throttled > THROTTLE_US) {
    self->throttled = self->network->now;
    sim_socket_catch_up(self);
  }
  int status = self->type->send(self, frames);
  if (status != 0 && errno == EAGAIN) {
    sim_socket_catch_up(self);
    errno = EAGAIN;
    if (self->type->has_out(self)) status = self->type->send(self, frames);
  }
  int reason = errno;
  if (status != 0 && errno == EAGAIN) socket->ready &= ~WORLD_WRITABLE;
  sim_socket_check(self);
  if (status == 0) sim_host_acted(self->host, SIM_SENT_MESSAGE);
  errno = reason;
  return status;
}

/* A receive looks into the mailbox when it finds no message, and once in a while. */
int world_sockets_receive(struct world_socket *socket, struct frames *frames) {
  struct sim_socket *self = self_of(socket);
  if (++self->receives == RECEIVES) {
    self->receives = 0;
    sim_socket_catch_up(self);
  }
  int status = self->type->receive(self, frames);
  if (status != 0 && errno == EAGAIN) {
    self->receives = 0;
    sim_socket_catch_up(self);
    status = self->type->receive(self, frames);
  }
  int reason = errno;
  if (status != 0 && errno != EMSGSIZE) socket->ready &= ~WORLD_READABLE;
  sim_socket_check(self);
  if (status == 0) sim_host_acted(self->host, SIM_RECEIVED_MESSAGE);
  errno = reason;
  return status;
}

void world_sockets_watch(struct world_socket *socket) {
  sim_socket_check(self_of(socket));
}

/* Is there anything of this name? libzmq does not tell what is bound from what is
** connected. */
static bool has_endpoint(const struct sim_socket *self, const char *endpoint) {
  for (struct list *link = self->listeners.next; link != &self->listeners; link = link->next) {
    if (strcmp(list_entry(link, struct listener, owned)->endpoint, endpoint) == 0) return true;
  }
  for (struct list *link = self->connectors.next; link != &self->connectors; link = link->next) {
    if (strcmp(list_entry(link, struct connector, link)->endpoint, endpoint) == 0) return true;
  }
  return false;
}

int world_sockets_bind(struct world_socket *socket, const char *endpoint, char *actual,
                       size_t size) {
  struct sim_socket *self = self_of(socket);
  struct sim_endpoint address;
  if (!self->host->up) return refuse(ETERM);
  if (sim_endpoint_parse(endpoint, true, self->host, &address) != 0) return -1;
  if (sim_host_lacks(self->host, self->host->no_descriptors)) return refuse(EMFILE);
  if (sim_host_lacks(self->host, self->host->no_addresses)) return refuse(EADDRINUSE);
  sim_socket_catch_up(self);
  struct listener *listener = listener_new(self, &address, endpoint);
  if (listener == NULL) return -1;
  memcpy(self->last_endpoint, listener->endpoint, sizeof self->last_endpoint);
  if (actual != NULL) snprintf(actual, size, "%s", listener->endpoint);
  if (address.transport == TRANSPORT_INPROC) {
    inproc_bound(listener);
    sim_socket_check(self);
  } else {
    listener->descriptor = ++self->network->next_descriptor;
    sim_monitor_event(&self->monitor, "listening", listener->endpoint, listener->descriptor);
    sim_socket_signal(self);
  }
  return 0;
}

int world_sockets_connect(struct world_socket *socket, const char *endpoint) {
  struct sim_socket *self = self_of(socket);
  struct sim_endpoint address;
  if (!self->host->up) return refuse(ETERM);
  if (sim_endpoint_parse(endpoint, false, self->host, &address) != 0) return -1;
  if (sim_host_lacks(self->host, self->host->no_descriptors)) return refuse(EMFILE);
  sim_socket_catch_up(self);
  if (address.transport == TRANSPORT_INPROC) {
    if (inproc_connect(self, &address, endpoint) != 0) return -1;
  } else {
    int type = self->options.type;
    bool only_once = type == ZMQ_DEALER || type == ZMQ_SUB || type == ZMQ_PUB || type == ZMQ_REQ;
    if (only_once && has_endpoint(self, endpoint)) return 0;
    if (connector_new(self, &address, endpoint) == NULL) return -1;
  }
  snprintf(self->last_endpoint, sizeof self->last_endpoint, "%s", endpoint);
  /* A new pipe counts as readable until it has been looked at. libzmq signals its socket when it
  ** begins a connection, but not over inproc. */
  if (address.transport == TRANSPORT_INPROC) {
    sim_socket_check(self);
  } else {
    sim_socket_signal(self);
  }
  return 0;
}

static struct listener *find_own(struct sim_socket *self, const char *endpoint) {
  struct sim_endpoint address;
  bool parsed = sim_endpoint_parse(endpoint, true, self->host, &address) == 0;
  for (struct list *link = self->listeners.next; link != &self->listeners; link = link->next) {
    struct listener *listener = list_entry(link, struct listener, owned);
    if (strcmp(listener->endpoint, endpoint) == 0) return listener;
    if (parsed && address.transport == TRANSPORT_TCP &&
        listener->address.transport == TRANSPORT_TCP && address.port == listener->address.port &&
        strcmp(address.place, listener->address.place) == 0) {
      return listener;
    }
  }
  return NULL;
}

static bool disconnect(struct sim_socket *self, const char *endpoint) {
  bool found = false;
  struct list *link = self->connectors.next, *next;
  for (; link != &self->connectors; link = next) {
    next = link->next;
    struct connector *connector = list_entry(link, struct connector, link);
    if (strcmp(connector->endpoint, endpoint) != 0) continue;
    found = true;
    if (connector->pipe != NULL && connector->options.immediate) {
      connector_disconnect(connector);
    } else if (connector->pipe != NULL) {
      sim_socket_detach(connector->pipe, self->options.linger);
    } else {
      connector_close(connector, false);
    }
  }
  return found;
}

int world_sockets_release(struct world_socket *socket, const char *endpoint) {
  struct sim_socket *self = self_of(socket);
  struct sim_endpoint address;
  if (sim_endpoint_parse(endpoint, false, self->host, &address) != 0 &&
      sim_endpoint_parse(endpoint, true, self->host, &address) != 0) {
    return -1;
  }
  sim_socket_catch_up(self);
  /* Everything of that name, bound and connected; but over inproc either. */
  struct listener *listener = find_own(self, endpoint);
  bool found = listener != NULL;
  if (found) {
    connection_unlisten(listener);
    listener_close(listener);
  }
  if (address.transport == TRANSPORT_INPROC) {
    return found ? 0 : inproc_disconnect(self, endpoint);
  }
  found |= disconnect(self, endpoint);
  return found ? 0 : refuse(ENOENT);
}

int world_sockets_monitor(struct world_socket *socket) {
  self_of(socket)->monitor.on = true;
  return 0;
}
