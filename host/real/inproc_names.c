/*
** inproc_names.c - see inproc_names.h.
*/

#include "host/real/inproc_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "host/real/os/clock.h"
#include "host/real/os/process.h"

/* A public name that a socket is bound to. */
struct bound_name {
  struct list link;
  char endpoint[];
};

/* The connections of a closed socket whose messages may still be heard. */
struct lingering {
  struct timer timer;
  struct timers *timers;
  struct list link;
  struct inproc_names *names;
  struct list connections;
};

void inproc_names_init(struct inproc_names *self, void *context) {
  self->context = context;
  uv_mutex_init(&self->lock);
  list_init(&self->bound);
  list_init(&self->waiting);
  list_init(&self->lingering);
}

static void free_connections(struct list *connections) {
  struct list *link;
  while ((link = list_shift(connections)) != NULL) {
    struct inproc_connection *connection = list_entry(link, struct inproc_connection, owner);
    list_remove(&connection->link);
    free(connection);
  }
}

void inproc_names_free(struct inproc_names *self) {
  struct list *link;
  while ((link = list_shift(&self->bound)) != NULL) free(list_entry(link, struct bound_name, link));
  while ((link = list_shift(&self->lingering)) != NULL) { /* the context has ended, and its loop */
    struct lingering *lingering = list_entry(link, struct lingering, link);
    free_connections(&lingering->connections);
    free(lingering);
  }
  uv_mutex_destroy(&self->lock);
}

static struct bound_name *find_bound(struct inproc_names *self, const char *endpoint) {
  for (struct list *link = self->bound.next; link != &self->bound; link = link->next) {
    struct bound_name *name = list_entry(link, struct bound_name, link);
    if (strcmp(name->endpoint, endpoint) == 0) return name;
  }
  return NULL;
}

/* Connect what waits for this name to the socket that is bound to it now. */
static void connect_waiting(struct inproc_names *self, void *socket, const char *endpoint) {
  struct list *next;
  for (struct list *link = self->waiting.next; link != &self->waiting; link = next) {
    struct inproc_connection *connection = list_entry(link, struct inproc_connection, link);
    next = link->next;
    if (strcmp(connection->endpoint, endpoint) != 0) continue;
    list_remove(link);
    if (zmq_bind(socket, connection->waits_at) == 0) zmq_unbind(socket, connection->waits_at);
  }
}

int inproc_names_bind(struct inproc_names *self, void *socket, const char *endpoint) {
  struct bound_name *name = malloc(sizeof *name + strlen(endpoint) + 1);
  if (name == NULL) return -1;
  list_init(&name->link);
  strcpy(name->endpoint, endpoint);
  uv_mutex_lock(&self->lock);
  int status = zmq_bind(socket, endpoint), reason = errno;
  if (status == 0) {
    list_append(&self->bound, &name->link);
    connect_waiting(self, socket, endpoint);
  }
  uv_mutex_unlock(&self->lock);
  if (status != 0) free(name);
  errno = reason;
  return status;
}

int inproc_names_unbind(struct inproc_names *self, void *socket, const char *endpoint) {
  uv_mutex_lock(&self->lock);
  int status = zmq_unbind(socket, endpoint), reason = errno;
  struct bound_name *name = status == 0 ? find_bound(self, endpoint) : NULL;
  if (name != NULL) list_remove(&name->link);
  uv_mutex_unlock(&self->lock);
  free(name);
  errno = reason;
  return status;
}

/* Wait at an endpoint of its own for the public one to be bound. */
static int wait_for(struct inproc_names *self, void *socket, const char *endpoint,
                    struct list *connections) {
  int conflate = 0;
  size_t size = sizeof conflate;
  if (zmq_getsockopt(socket, ZMQ_CONFLATE, &conflate, &size) == 0 && conflate != 0) {
    errno = ENOTSUP; /* libzmq would lose its messages, or abort */
    return -1;
  }
  struct inproc_connection *connection = malloc(sizeof *connection + strlen(endpoint) + 1);
  if (connection == NULL) return -1;
  list_init(&connection->link);
  list_init(&connection->owner);
  strcpy(connection->endpoint, endpoint);
  snprintf(connection->waits_at, sizeof connection->waits_at, "inproc://sloop.waits.%lu",
           ++self->serial);
  if (zmq_connect(socket, connection->waits_at) != 0) {
    int reason = errno;
    free(connection);
    errno = reason;
    return -1;
  }
  list_append(&self->waiting, &connection->link);
  list_append(connections, &connection->owner);
  return 0;
}

int inproc_names_connect(struct inproc_names *self, void *socket, const char *endpoint,
                         struct list *connections) {
  if (strcmp(endpoint, "inproc://") == 0) {
    errno = EINVAL;
    return -1;
  }
  uv_mutex_lock(&self->lock);
  int status = find_bound(self, endpoint) != NULL ? zmq_connect(socket, endpoint)
                                                  : wait_for(self, socket, endpoint, connections);
  uv_mutex_unlock(&self->lock);
  return status;
}

/* Let go of a connection that waits: bound to, and closed by the other side. */
static void give_up(struct inproc_names *self, const struct inproc_connection *connection) {
  void *socket = process_has_descriptors() ? zmq_socket(self->context, ZMQ_PAIR) : NULL;
  if (socket == NULL) return; /* it stays until the context ends */
  zmq_bind(socket, connection->waits_at);
  zmq_close(socket);
}

/* Is it still waiting? It does so no longer. */
static bool take_waiting(struct inproc_names *self, struct inproc_connection *connection) {
  uv_mutex_lock(&self->lock);
  bool waits = !list_empty(&connection->link);
  list_remove(&connection->link);
  uv_mutex_unlock(&self->lock);
  return waits;
}

int inproc_names_disconnect(struct inproc_names *self, void *socket, const char *endpoint,
                            struct list *connections) {
  for (struct list *link = connections->next; link != connections; link = link->next) {
    struct inproc_connection *connection = list_entry(link, struct inproc_connection, owner);
    if (strcmp(connection->endpoint, endpoint) != 0) continue;
    int status = zmq_disconnect(socket, connection->waits_at), reason = errno;
    if (take_waiting(self, connection)) give_up(self, connection);
    list_remove(&connection->owner);
    free(connection);
    errno = reason;
    return status;
  }
  return zmq_disconnect(socket, endpoint);
}

static void release(struct inproc_names *self, struct list *connections) {
  struct list *link;
  while ((link = list_shift(connections)) != NULL) {
    struct inproc_connection *connection = list_entry(link, struct inproc_connection, owner);
    if (take_waiting(self, connection)) give_up(self, connection);
    free(connection);
  }
}

static void linger_over(struct timer *timer) {
  struct lingering *self = list_entry(timer, struct lingering, timer);
  release(self->names, &self->connections);
  timers_cancel(self->timers, timer);
  uv_mutex_lock(&self->names->lock);
  list_remove(&self->link);
  uv_mutex_unlock(&self->names->lock);
  free(self);
}

/* False when there is no memory for it. */
static bool let_linger(struct inproc_names *self, struct list *connections, struct timers *timers,
                       int64_t end) {
  struct lingering *lingering = malloc(sizeof *lingering);
  if (lingering == NULL) return false;
  lingering->names = self;
  lingering->timers = timers;
  list_init(&lingering->link);
  list_init(&lingering->connections);
  timer_init(&lingering->timer, linger_over);
  if (timers_set(timers, &lingering->timer, end) != 0) {
    free(lingering);
    return false;
  }
  list_join(&lingering->connections, connections);
  uv_mutex_lock(&self->lock);
  list_append(&self->lingering, &lingering->link);
  uv_mutex_unlock(&self->lock);
  return true;
}

void inproc_names_release(struct inproc_names *self, struct list *connections,
                          struct timers *timers, int linger) {
  if (list_empty(connections)) return;
  int64_t end = clock_us(CLOCK_MONOTONIC) + (int64_t)linger * 1000;
  if (linger > 0 && let_linger(self, connections, timers, end)) return;
  release(self, connections);
}
