/*
** zmq_monitor.c - see zmq_monitor.h.
*/

#include "host/real/zmq_monitor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "host/real/context.h"
#include "host/real/loop.h"
#include "host/real/os/descriptor.h"

enum { BURST = 100 }; /* events reported at a time */

struct zmq_monitor {
  struct descriptor descriptor;
  struct world_socket *socket;
  void *monitored; /* libzmq's socket */
  void *handle;    /* where the events arrive; NULL once closed */
  bool reporting;  /* an event is being reported, so the end must wait */
};

static const struct {
  int number;
  const char *name;
} names[] = {
    {ZMQ_EVENT_ACCEPTED, "accepted"},
    {ZMQ_EVENT_ACCEPT_FAILED, "accept_failed"},
    {ZMQ_EVENT_CLOSED, "closed"},
    {ZMQ_EVENT_CLOSE_FAILED, "close_failed"},
    {ZMQ_EVENT_CONNECTED, "connected"},
    {ZMQ_EVENT_CONNECT_DELAYED, "connect_delayed"},
    {ZMQ_EVENT_CONNECT_RETRIED, "connect_retried"},
    {ZMQ_EVENT_DISCONNECTED, "disconnected"},
    {ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, "handshake_failed"},
    {ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, "handshake_failed"},
    {ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, "handshake_failed"},
    {ZMQ_EVENT_HANDSHAKE_SUCCEEDED, "handshake_succeeded"},
    {ZMQ_EVENT_LISTENING, "listening"},
};

static const char *name_of(int number) {
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (names[i].number == number) return names[i].name;
  }
  return NULL;
}

static int receive(struct zmq_monitor *self, zmq_msg_t *frame) {
  int status;
  do {
    status = zmq_msg_recv(frame, self->handle, ZMQ_DONTWAIT);
  } while (status < 0 && errno == EINTR);
  return status;
}

/* The next event, libzmq's layout: number (16 bits) and detail (32 bits), then
** the endpoint. False when there is none. */
static bool next_event(struct zmq_monitor *self, struct world_event *event, char *endpoint,
                       size_t size) {
  zmq_msg_t frame;
  zmq_msg_init(&frame);
  int got = receive(self, &frame);
  uint16_t number = 0;
  int32_t detail = 0;
  if (got >= (int)(sizeof number + sizeof detail)) {
    memcpy(&number, zmq_msg_data(&frame), sizeof number);
    memcpy(&detail, (char *)zmq_msg_data(&frame) + sizeof number, sizeof detail);
  }
  endpoint[0] = '\0';
  if (got >= 0 && zmq_msg_more(&frame) && receive(self, &frame) >= 0) {
    snprintf(endpoint, size, "%.*s", (int)zmq_msg_size(&frame), (char *)zmq_msg_data(&frame));
  }
  zmq_msg_close(&frame);
  *event = (struct world_event){.name = name_of(number), .endpoint = endpoint, .detail = detail};
  return got >= 0;
}

static void check(struct descriptor *descriptor) {
  struct zmq_monitor *self = list_entry(descriptor, struct zmq_monitor, descriptor);
  descriptor->signalled = false;
  struct world_event event;
  char endpoint[WORLD_ENDPOINT_SIZE];
  self->reporting = true;
  for (int i = 0; i < BURST && next_event(self, &event, endpoint, sizeof endpoint); i++) {
    if (event.name == NULL) continue; /* "monitor stopped", and such as are not known yet */
    real_world_schedule(real_world(self->socket->world));
    self->socket->world->user->connection(self->socket->source, &event);
    if (self->handle == NULL) {
      free(self);
      return;
    }
    if (i == BURST - 1) descriptor_mark_dirty(descriptor);
  }
  self->reporting = false;
}

/* The receiving end. Without a limit: when its queue is full, libzmq's own
** thread waits, and with it all connections of the process. */
static int connect_receiver(struct zmq_monitor *self, void *context, const char *endpoint) {
  const int unlimited = 0;
  self->handle = zmq_socket(context, ZMQ_PAIR);
  if (self->handle == NULL) return -1;
  if (zmq_setsockopt(self->handle, ZMQ_RCVHWM, &unlimited, sizeof unlimited) != 0) return -1;
  if (zmq_setsockopt(self->handle, ZMQ_LINGER, &unlimited, sizeof unlimited) != 0) return -1;
  if (zmq_connect(self->handle, endpoint) != 0) return -1;
  int fd;
  size_t size = sizeof fd;
  if (zmq_getsockopt(self->handle, ZMQ_FD, &fd, &size) != 0) return -1;
  struct real_loop *loop = real_world(self->socket->world)->loop;
  if (descriptor_open(&self->descriptor, &loop->uv, &loop->dirty, fd, check) != 0) return -1;
  descriptor_mark_dirty(&self->descriptor);
  return 0;
}

struct zmq_monitor *zmq_monitor_new(struct world_socket *socket, void *handle) {
  struct real_process *process = real_world(socket->world)->loop->process;
  struct zmq_monitor *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->socket = socket;
  self->monitored = handle;
  char endpoint[64];
  snprintf(endpoint, sizeof endpoint, "inproc://sloop.monitor.%lu",
           atomic_fetch_add(&process->serial, 1));
  /* To report a bind that failed would overwrite its errno, and its caller knows anyway. */
  int status = zmq_socket_monitor(handle, endpoint, ZMQ_EVENT_ALL & ~ZMQ_EVENT_BIND_FAILED);
  if (status == 0 && connect_receiver(self, process->context, endpoint) == 0) return self;
  int reason = errno;
  if (status == 0) zmq_socket_monitor(handle, NULL, 0);
  if (self->handle != NULL) zmq_close(self->handle);
  free(self);
  errno = reason;
  return NULL;
}

void zmq_monitor_close(struct zmq_monitor *self) {
  zmq_socket_monitor(self->monitored, NULL, 0);
  descriptor_close(&self->descriptor);
  zmq_close(self->handle);
  self->handle = NULL;
  if (!self->reporting) free(self);
}
