/*
** zmq_endpoints.c - see zmq_endpoints.h.
*/

#include "host/real/zmq_endpoints.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "host/real/context.h"
#include "host/real/ipc_lock.h"
#include "host/real/loop.h"
#include "host/real/os/process.h"

/* A connection that is given up lives as long as the linger of that moment says,
** and nothing can shorten it later: for ever would be the end of every end. */
enum { DETACHED_LINGER_MS = 3000 };

/* An endpoint that the socket is bound to. */
struct bound {
  struct list link;
  char endpoint[];
};

void zmq_endpoints_init(struct zmq_endpoints *self, void *handle, struct real_loop *loop) {
  self->handle = handle;
  self->loop = loop;
  list_init(&self->bound);
  list_init(&self->connections);
  list_init(&self->locks);
}

static bool is_inproc(const char *endpoint) {
  return strncmp(endpoint, "inproc:", 7) == 0;
}

/* libzmq may open descriptors for this endpoint, and aborts if it can't. */
static bool may_open(const char *endpoint) {
  return is_inproc(endpoint) || process_has_descriptors();
}

static struct released *released(struct zmq_endpoints *self) {
  return &self->loop->process->released;
}

static struct inproc_names *inproc_names(struct zmq_endpoints *self) {
  return &self->loop->process->inproc_names;
}

static int bind_locked(void *arg, const char *endpoint) {
  struct zmq_endpoints *self = arg;
  struct ipc_lock *lock;
  if (is_inproc(endpoint)) return inproc_names_bind(inproc_names(self), self->handle, endpoint);
  if (ipc_lock_take(endpoint, &lock) != 0) return -1;
  if (zmq_bind(self->handle, endpoint) == 0) {
    if (lock != NULL) ipc_lock_keep(lock, &self->locks);
    return 0;
  }
  int reason = errno;
  if (lock != NULL) ipc_lock_release(lock);
  errno = reason;
  return -1;
}

/* Without memory for it, a bind right after its end is not tried again: that is all. */
static void remember(struct zmq_endpoints *self, const char *endpoint) {
  struct bound *bound = malloc(sizeof *bound + strlen(endpoint) + 1);
  if (bound == NULL) return;
  strcpy(bound->endpoint, endpoint);
  list_init(&bound->link);
  list_append(&self->bound, &bound->link);
}

static void forget(struct zmq_endpoints *self, struct bound *bound) {
  released_add(released(self), bound->endpoint);
  list_remove(&bound->link);
  free(bound);
}

static void forget_endpoint(struct zmq_endpoints *self, const char *endpoint) {
  for (struct list *link = self->bound.next; link != &self->bound; link = link->next) {
    struct bound *bound = list_entry(link, struct bound, link);
    if (strcmp(bound->endpoint, endpoint) != 0) continue;
    forget(self, bound);
    return;
  }
}

/* An inproc name is freed at once, so that later connects reach the socket that binds it
** next, not the one that is closing. */
static void forget_all(struct zmq_endpoints *self) {
  struct list *link;
  while ((link = list_first(&self->bound)) != NULL) {
    struct bound *bound = list_entry(link, struct bound, link);
    if (is_inproc(bound->endpoint)) {
      inproc_names_unbind(inproc_names(self), self->handle, bound->endpoint);
    }
    forget(self, bound);
  }
}

int zmq_endpoints_bind(struct zmq_endpoints *self, const char *endpoint, char *actual,
                       size_t size) {
  char made_up[64];
  if (!may_open(endpoint)) return -1;
  if (strcmp(endpoint, "inproc://*") == 0) { /* to libzmq that is a name like another */
    struct real_process *process = self->loop->process;
    snprintf(made_up, sizeof made_up, "inproc://sloop.%lu", atomic_fetch_add(&process->serial, 1));
    endpoint = made_up;
  }
  int status = released_bind(released(self), endpoint, bind_locked, self);
  if (status == 0 && is_inproc(endpoint)) {
    snprintf(actual, size, "%s", endpoint);
  } else if (status == 0) {
    status = zmq_getsockopt(self->handle, ZMQ_LAST_ENDPOINT, actual, &size);
  }
  if (status == 0) remember(self, actual);
  return status;
}

/* No more than 'most' ms of linger from now on; returns how many. */
static int limit_linger(struct zmq_endpoints *self, int most) {
  int linger = most;
  size_t size = sizeof linger;
  zmq_getsockopt(self->handle, ZMQ_LINGER, &linger, &size);
  if (linger >= 0 && linger <= most) return linger;
  zmq_setsockopt(self->handle, ZMQ_LINGER, &most, sizeof most);
  return most;
}

/* Detach by zmq_unbind or zmq_disconnect, with a bounded linger. */
static int detach(struct zmq_endpoints *self, int (*call)(struct zmq_endpoints *, const char *),
                  const char *endpoint) {
  int linger;
  size_t size = sizeof linger;
  bool known = zmq_getsockopt(self->handle, ZMQ_LINGER, &linger, &size) == 0;
  limit_linger(self, DETACHED_LINGER_MS);
  int status = call(self, endpoint);
  int reason = errno;
  if (known) zmq_setsockopt(self->handle, ZMQ_LINGER, &linger, sizeof linger);
  errno = reason;
  return status;
}

static int unbind(struct zmq_endpoints *self, const char *endpoint) {
  return is_inproc(endpoint) ? inproc_names_unbind(inproc_names(self), self->handle, endpoint)
                             : zmq_unbind(self->handle, endpoint);
}

static int disconnect(struct zmq_endpoints *self, const char *endpoint) {
  return is_inproc(endpoint) ? inproc_names_disconnect(inproc_names(self), self->handle, endpoint,
                                                       &self->connections)
                             : zmq_disconnect(self->handle, endpoint);
}

int zmq_endpoints_unbind(struct zmq_endpoints *self, const char *endpoint) {
  int status = detach(self, unbind, endpoint);
  if (status != 0) return -1;
  ipc_lock_release_from(&self->locks, endpoint);
  forget_endpoint(self, endpoint);
  return 0;
}

int zmq_endpoints_connect(struct zmq_endpoints *self, const char *endpoint) {
  if (!may_open(endpoint)) return -1;
  int status = is_inproc(endpoint) ? inproc_names_connect(inproc_names(self), self->handle,
                                                          endpoint, &self->connections)
                                   : zmq_connect(self->handle, endpoint);
  return status;
}

static bool is_bound_to(const struct zmq_endpoints *self, const char *endpoint) {
  for (struct list *link = self->bound.next; link != &self->bound; link = link->next) {
    if (strcmp(list_entry(link, struct bound, link)->endpoint, endpoint) == 0) return true;
  }
  return false;
}

/* To libzmq it is the same as unbind. */
int zmq_endpoints_disconnect(struct zmq_endpoints *self, const char *endpoint) {
  if (is_bound_to(self, endpoint)) return zmq_endpoints_unbind(self, endpoint);
  return detach(self, disconnect, endpoint);
}

void zmq_endpoints_close(struct zmq_endpoints *self, int grace, bool has_sent) {
  int linger = limit_linger(self, grace);
  forget_all(self);
  zmq_close(self->handle);
  inproc_names_release(inproc_names(self), &self->connections, &self->loop->wake_ups,
                       has_sent ? linger : 0);
  ipc_lock_release_all(&self->locks);
}
