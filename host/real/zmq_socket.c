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

#include <zmq.h>

#include "host/real/context.h"
#include "host/real/loop.h"
#include "host/real/os/descriptor.h"
#include "host/real/os/process.h"
#include "host/real/zmq_endpoints.h"
#include "host/real/zmq_monitor.h"

struct real_socket {
  struct world_socket base;
  struct descriptor descriptor;
  void *handle;
  bool has_sent; /* a message, since it was opened */
  struct zmq_endpoints endpoints;
  struct zmq_monitor *monitor; /* NULL when its connections are not watched */
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
  self->handle = zmq_socket(loop->process->context, type);
  if (self->handle != NULL) zmq_endpoints_init(&self->endpoints, self->handle, loop);
  if (self->handle != NULL && open_descriptor(self, loop) == 0) return &self->base;
  int reason = errno;
  if (self->handle != NULL) zmq_close(self->handle);
  free(self);
  errno = reason;
  return NULL;
}

int real_socket_set(struct world_socket *base, int option, const void *value, size_t size) {
  struct real_socket *self = real_socket(base);
  if (option == ZMQ_USE_FD) {
    int fd = *(const int *)value; /* libzmq aborts at a bind to one that does not listen */
    if (fd != -1 && !descriptor_is_listening(fd)) return -1;
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

int real_socket_bind(struct world_socket *base, const char *endpoint, char *actual, size_t size) {
  struct real_socket *self = real_socket(base);
  int status = zmq_endpoints_bind(&self->endpoints, endpoint, actual, size);
  mark_dirty(self);
  return status;
}

int real_socket_unbind(struct world_socket *base, const char *endpoint) {
  struct real_socket *self = real_socket(base);
  int status = zmq_endpoints_unbind(&self->endpoints, endpoint);
  mark_dirty(self);
  return status;
}

int real_socket_connect(struct world_socket *base, const char *endpoint) {
  struct real_socket *self = real_socket(base);
  int status = zmq_endpoints_connect(&self->endpoints, endpoint);
  mark_dirty(self);
  return status;
}

int real_socket_disconnect(struct world_socket *base, const char *endpoint) {
  struct real_socket *self = real_socket(base);
  int status = zmq_endpoints_disconnect(&self->endpoints, endpoint);
  mark_dirty(self);
  return status;
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
  zmq_endpoints_close(&self->endpoints, grace, self->has_sent);
  free(self);
}
