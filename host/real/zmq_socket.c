/*
** zmq_socket.c - a libzmq socket as a world's socket.
**
** A socket's descriptor speaks of commands from libzmq's threads, not of
** messages, and any call on the socket may handle those commands and so swallow
** the signal. Hence the rule of this file: after every call of libzmq the
** descriptor is marked dirty, unless its node knows already all that it waits for.
** The loop then asks for the socket's state once before it waits.
*/

#include "host/real/zmq_socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <zmq.h>

#include "host/real/context.h"
#include "host/real/ipc_lock.h"
#include "host/real/loop.h"
#include "host/real/os/descriptor.h"
#include "host/real/os/process.h"
#include "host/real/zmq_monitor.h"

/* A connection that is given up lives as long as the linger of that moment says,
** and nothing can shorten it later: for ever would be the end of every end. */
enum { DETACHED_LINGER_MS = 3000 };

struct real_socket {
  struct world_socket base;
  struct descriptor descriptor;
  void *handle;
  bool has_sent;               /* a message, since it was opened */
  struct list bound;           /* endpoints it is bound to */
  struct list connections;     /* to inproc names that were not bound */
  struct list locks;           /* of ipc paths among these */
  struct zmq_monitor *monitor; /* NULL when its connections are not watched */
};

/* An endpoint that the socket is bound to. */
struct bound {
  struct list link;
  char endpoint[];
};

static inline struct real_socket *real_socket(struct world_socket *base) {
  return (struct real_socket *)base;
}

/* What the node waits for and doesn't know. */
static inline int unknown(const struct real_socket *self) {
  return self->base.wants & ~self->base.ready;
}

/* An event may have been swallowed. Keeps errno. */
static inline void mark_dirty(struct real_socket *self) {
  if (unknown(self) != 0) descriptor_mark_dirty(&self->descriptor);
}

/* The socket's state. Handles all commands, so it also ends a signal. */
static int state(struct real_socket *self) {
  int events = 0;
  size_t size = sizeof events;
  while (zmq_getsockopt(self->handle, ZMQ_EVENTS, &events, &size) != 0) {
    if (errno != EINTR) return 0;
  }
  return ((events & ZMQ_POLLIN) != 0 ? WORLD_READABLE : 0) |
         ((events & ZMQ_POLLOUT) != 0 ? WORLD_WRITABLE : 0);
}

static void check(struct descriptor *descriptor) {
  struct real_socket *self = list_entry(descriptor, struct real_socket, descriptor);
  /* After a signal there is most likely something to read: trying is as cheap as asking. */
  bool guess = descriptor->signalled && unknown(self) == WORLD_READABLE;
  descriptor->signalled = false;
  int news = unknown(self) & (guess ? WORLD_READABLE : state(self));
  if (news == 0) return;
  self->base.ready |= news;
  real_world_schedule(real_world(self->base.world));
  self->base.world->user->ready(self->base.source);
}

static int open_descriptor(struct real_socket *self, struct real_loop *loop) {
  int fd;
  size_t size = sizeof fd;
  if (zmq_getsockopt(self->handle, ZMQ_FD, &fd, &size) != 0) return -1;
  return descriptor_open(&self->descriptor, &loop->uv, &loop->dirty, fd, check);
}

struct world_socket *real_socket_new(struct world *world, int type, void *source) {
  struct real_loop *loop = real_world(world)->loop;
  if (!process_has_descriptors()) return NULL;
  struct real_socket *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->base = (struct world_socket){.world = world, .source = source};
  list_init(&self->bound);
  list_init(&self->connections);
  list_init(&self->locks);
  self->handle = zmq_socket(loop->process->context, type);
  if (self->handle != NULL && open_descriptor(self, loop) == 0) return &self->base;
  int reason = errno;
  if (self->handle != NULL) zmq_close(self->handle);
  free(self);
  errno = reason;
  return NULL;
}

/* libzmq aborts the process at a bind to a descriptor that does not listen. */
static bool is_listening(int descriptor) {
  int listening = 0;
  socklen_t size = sizeof listening;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0) return false;
  if (!listening) errno = EINVAL;
  return listening;
}

int real_socket_set(struct world_socket *base, int option, const void *value, size_t size) {
  struct real_socket *self = real_socket(base);
  if (option == ZMQ_USE_FD) {
    int descriptor = *(const int *)value;
    if (descriptor != -1 && !is_listening(descriptor)) return -1;
  }
  int status = zmq_setsockopt(self->handle, option, value, size);
  mark_dirty(self);
  return status;
}

int real_socket_get(struct world_socket *base, int option, void *value, size_t *size) {
  struct real_socket *self = real_socket(base);
  int status = zmq_getsockopt(self->handle, option, value, size);
  mark_dirty(self);
  return status;
}

static bool is_inproc(const char *endpoint) {
  return strncmp(endpoint, "inproc:", 7) == 0;
}

/* libzmq may open descriptors for this endpoint, and aborts if it can't. */
static bool may_open(const char *endpoint) {
  return is_inproc(endpoint) || process_has_descriptors();
}

static struct released *released(struct real_socket *self) {
  return &real_world(self->base.world)->loop->process->released;
}

static struct inproc_names *inproc_names(struct real_socket *self) {
  return &real_world(self->base.world)->loop->process->inproc_names;
}

static int bind_locked(void *socket, const char *endpoint) {
  struct real_socket *self = socket;
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
static void remember(struct real_socket *self, const char *endpoint) {
  struct bound *bound = malloc(sizeof *bound + strlen(endpoint) + 1);
  if (bound == NULL) return;
  strcpy(bound->endpoint, endpoint);
  list_init(&bound->link);
  list_append(&self->bound, &bound->link);
}

static void forget(struct real_socket *self, struct bound *bound) {
  released_add(released(self), bound->endpoint);
  list_remove(&bound->link);
  free(bound);
}

static void forget_endpoint(struct real_socket *self, const char *endpoint) {
  for (struct list *link = self->bound.next; link != &self->bound; link = link->next) {
    struct bound *bound = list_entry(link, struct bound, link);
    if (strcmp(bound->endpoint, endpoint) != 0) continue;
    forget(self, bound);
    return;
  }
}

/* An inproc name is freed at once, so that later connects reach the socket that binds it
** next, not the one that is closing. */
static void forget_all(struct real_socket *self) {
  struct list *link;
  while ((link = list_first(&self->bound)) != NULL) {
    struct bound *bound = list_entry(link, struct bound, link);
    if (is_inproc(bound->endpoint)) {
      inproc_names_unbind(inproc_names(self), self->handle, bound->endpoint);
    }
    forget(self, bound);
  }
}

int real_socket_bind(struct world_socket *base, const char *endpoint, char *actual, size_t size) {
  struct real_socket *self = real_socket(base);
  char made_up[64];
  if (!may_open(endpoint)) return -1;
  if (strcmp(endpoint, "inproc://*") == 0) { /* to libzmq that is a name like another */
    struct real_process *process = real_world(self->base.world)->loop->process;
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
  mark_dirty(self);
  return status;
}

/* No more than 'most' ms of linger from now on; returns how many. */
static int limit_linger(struct real_socket *self, int most) {
  int linger = most;
  size_t size = sizeof linger;
  zmq_getsockopt(self->handle, ZMQ_LINGER, &linger, &size);
  if (linger >= 0 && linger <= most) return linger;
  zmq_setsockopt(self->handle, ZMQ_LINGER, &most, sizeof most);
  return most;
}

/* Detach by zmq_unbind or zmq_disconnect, with a bounded linger. */
static int detach(struct real_socket *self, int (*call)(struct real_socket *, const char *),
                  const char *endpoint) {
  int linger;
  size_t size = sizeof linger;
  bool known = zmq_getsockopt(self->handle, ZMQ_LINGER, &linger, &size) == 0;
  limit_linger(self, DETACHED_LINGER_MS);
  int status = call(self, endpoint);
  int reason = errno;
  if (known) zmq_setsockopt(self->handle, ZMQ_LINGER, &linger, sizeof linger);
  mark_dirty(self);
  errno = reason;
  return status;
}

static int unbind(struct real_socket *self, const char *endpoint) {
  return is_inproc(endpoint) ? inproc_names_unbind(inproc_names(self), self->handle, endpoint)
                             : zmq_unbind(self->handle, endpoint);
}

static int disconnect(struct real_socket *self, const char *endpoint) {
  return is_inproc(endpoint) ? inproc_names_disconnect(inproc_names(self), self->handle, endpoint,
                                                       &self->connections)
                             : zmq_disconnect(self->handle, endpoint);
}

int real_socket_unbind(struct world_socket *base, const char *endpoint) {
  struct real_socket *self = real_socket(base);
  int status = detach(self, unbind, endpoint);
  if (status != 0) return -1;
  ipc_lock_release_from(&self->locks, endpoint);
  forget_endpoint(self, endpoint);
  return 0;
}

int real_socket_connect(struct world_socket *base, const char *endpoint) {
  struct real_socket *self = real_socket(base);
  if (!may_open(endpoint)) return -1;
  int status = is_inproc(endpoint) ? inproc_names_connect(inproc_names(self), self->handle,
                                                          endpoint, &self->connections)
                                   : zmq_connect(self->handle, endpoint);
  mark_dirty(self);
  return status;
}

static bool is_bound_to(const struct real_socket *self, const char *endpoint) {
  for (struct list *link = self->bound.next; link != &self->bound; link = link->next) {
    if (strcmp(list_entry(link, struct bound, link)->endpoint, endpoint) == 0) return true;
  }
  return false;
}

/* To libzmq it is the same as unbind. */
int real_socket_disconnect(struct world_socket *base, const char *endpoint) {
  if (is_bound_to(real_socket(base), endpoint)) return real_socket_unbind(base, endpoint);
  return detach(real_socket(base), disconnect, endpoint);
}

int real_socket_monitor(struct world_socket *base) {
  struct real_socket *self = real_socket(base);
  if (self->monitor != NULL) return 0;
  if (!process_has_descriptors()) return -1;
  self->monitor = zmq_monitor_new(base, self->handle);
  mark_dirty(self);
  return self->monitor != NULL ? 0 : -1;
}

static inline int send_frame(struct real_socket *self, zmq_msg_t *frame, bool more) {
  int flags = more ? ZMQ_DONTWAIT | ZMQ_SNDMORE : ZMQ_DONTWAIT;
  int status;
  do {
    status = zmq_msg_send(frame, self->handle, flags);
  } while (status < 0 && errno == EINTR);
  return status < 0 ? -1 : 0;
}

/* libzmq may say that a queue is full only because it hasn't looked lately. */
static int send_once_more(struct real_socket *self, zmq_msg_t *frame, bool more) {
  if ((state(self) & WORLD_WRITABLE) != 0) return send_frame(self, frame, more);
  errno = EAGAIN;
  return -1;
}

int real_socket_send(struct world_socket *base, struct frames *frames) {
  struct real_socket *self = real_socket(base);
  if (frames->count == 0) {
    errno = EINVAL;
    return -1;
  }
  bool more = frames->count > 1;
  int status = send_frame(self, &frames->frame[0], more);
  if (status != 0 && errno == EAGAIN) status = send_once_more(self, &frames->frame[0], more);
  self->base.ready &= ~WORLD_WRITABLE;
  mark_dirty(self);
  if (status != 0) return -1;
  self->has_sent = true;
  int sent = 1;
  while (sent < frames->count &&
         send_frame(self, &frames->frame[sent], sent + 1 < frames->count) == 0) {
    sent++;
  }
  /* Only the first frame can find a queue full. A later one fails when the
  ** connection died under it: libzmq took back what it had, and the message is
  ** lost like any other on its way. Its tail must not go out as a message. */
  while (sent < frames->count) zmq_msg_close(&frames->frame[sent++]);
  frames->count = 0;
  return 0;
}

static inline int receive_frame(struct real_socket *self, zmq_msg_t *frame) {
  zmq_msg_init(frame);
  int status;
  do {
    status = zmq_msg_recv(frame, self->handle, ZMQ_DONTWAIT);
  } while (status < 0 && errno == EINTR);
  return status < 0 ? -1 : 0;
}

/* The other frames, which have arrived if the first has. */
static int receive_rest(struct real_socket *self, struct frames *frames) {
  while (zmq_msg_more(&frames->frame[frames->count - 1])) {
    if (frames->count == WORLD_MAX_FRAMES) {
      zmq_msg_t *last = &frames->frame[WORLD_MAX_FRAMES - 1];
      while (zmq_msg_more(last) && zmq_msg_recv(last, self->handle, ZMQ_DONTWAIT) >= 0) {
      }
      frames_clear(frames);
      errno = EMSGSIZE;
      return -1;
    }
    if (receive_frame(self, &frames->frame[frames->count]) != 0) {
      frames_clear(frames);
      return -1;
    }
    frames->count++;
  }
  return 0;
}

/* The node has learnt that there is nothing. If libzmq found the queues empty,
** it had handled all commands, and the next one will give a signal. */
static int receive_failed(struct real_socket *self) {
  self->base.ready &= ~WORLD_READABLE;
  if (errno == EAGAIN && self->base.wants == WORLD_READABLE) {
    self->descriptor.signalled = false;
    list_remove(&self->descriptor.link);
  } else {
    mark_dirty(self);
  }
  return -1;
}

int real_socket_receive(struct world_socket *base, struct frames *frames) {
  struct real_socket *self = real_socket(base);
  if (receive_frame(self, &frames->frame[0]) != 0) return receive_failed(self);
  frames->count = 1;
  mark_dirty(self);
  return zmq_msg_more(&frames->frame[0]) ? receive_rest(self, frames) : 0;
}

void real_socket_watch(struct world_socket *base) {
  mark_dirty(real_socket(base));
}

void real_socket_close(struct world_socket *base, int grace) {
  struct real_socket *self = real_socket(base);
  if (self->monitor != NULL) zmq_monitor_close(self->monitor);
  descriptor_close(&self->descriptor);
  int linger = limit_linger(self, grace);
  forget_all(self);
  zmq_close(self->handle);
  struct real_loop *loop = real_world(self->base.world)->loop;
  inproc_names_release(inproc_names(self), &self->connections, &loop->wake_ups,
                       self->has_sent ? linger : 0);
  ipc_lock_release_all(&self->locks);
  free(self);
}
