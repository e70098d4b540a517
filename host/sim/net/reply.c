/*
** reply.c - REP: one request, then its reply, by the envelope the request came
** in.
*/

#include <errno.h>
#include <string.h>

#include "host/sim/net/fair_queue.h"
#include "host/sim/net/router.h"
#include "host/sim/net/socket_type.h"

struct reply {
  struct router base;
  bool sending;             /* a request was received, its reply was not sent */
  struct pipe *pipe;        /* where the reply goes; NULL if nowhere */
  struct message *envelope; /* the frames up to the empty one; NULL: no request */
};

static struct reply *reply_of(struct sim_socket *self) {
  return (struct reply *)self;
}

static void free_reply(struct sim_socket *self) {
  message_free(&self->network->messages, reply_of(self)->envelope);
  router_free(self);
}

static void detach(struct sim_socket *self, struct pipe *pipe) {
  if (reply_of(self)->pipe == pipe) reply_of(self)->pipe = NULL;
  router_detach(self, pipe);
}

/* How many frames the envelope has, its empty frame included; 0 if there is no
** end to it. */
static int envelope_size(struct message *message) {
  for (int i = 0; i + 1 < message->count; i++) {
    if (message_is_bottom(message, i)) return i + 1;
  }
  return 0;
}

/* The next request that has an envelope; others are dropped, as libzmq does. */
static struct message *next_request(struct sim_socket *self) {
  struct message *message;
  while ((message = router_take(self)) != NULL && envelope_size(message) == 0) {
    sim_socket_dropped(self, message);
    message_free(&self->network->messages, message);
  }
  return message;
}

static int receive(struct sim_socket *self, struct frames *frames) {
  struct reply *reply = reply_of(self);
  if (reply->sending) {
    errno = EFSM;
    return -1;
  }
  struct message *message = next_request(self);
  if (message == NULL) {
    errno = EAGAIN;
    return -1;
  }
  struct pipe *pipe = router_taken_from(self);
  sim_socket_delivered(self, pipe, message);
  int size = envelope_size(message);
  struct message *envelope = message_new(&self->network->messages, size);
  if (envelope == NULL) {
    message_free(&self->network->messages, message);
    return -1;
  }
  for (int i = 0; i < size; i++) {
    envelope->frame[i] = message->frame[i];
    zmq_msg_init(&message->frame[i]);
  }
  if (message_give(&self->network->messages, message, size, frames) != 0) {
    message_free(&self->network->messages, envelope);
    return -1;
  }
  reply->envelope = envelope;
  reply->pipe = pipe != NULL && pipe_check_write(pipe) ? pipe : NULL;
  reply->sending = true;
  return 0;
}

static int send(struct sim_socket *self, struct frames *frames) {
  struct reply *reply = reply_of(self);
  if (!reply->sending) {
    errno = EFSM;
    return -1;
  }
  struct messages *pool = &self->network->messages;
  struct message *envelope = reply->envelope;
  struct message *message = message_take(pool, frames, 0, envelope->count);
  if (message == NULL) return -1;
  memcpy(message->frame, envelope->frame, envelope->count * sizeof(zmq_msg_t));
  envelope->count = 0;
  message_free(pool, envelope);
  reply->envelope = NULL;
  reply->sending = false;
  message_weigh(message);
  sim_socket_sent(self, reply->pipe, message);
  if (reply->pipe == NULL || !pipe_write(reply->pipe, message)) {
    sim_socket_dropped(self, message);
    message_free(pool, message);
  }
  reply->pipe = NULL;
  return 0;
}

static bool has_in(struct sim_socket *self) {
  return !reply_of(self)->sending && router_has_in(self);
}

static bool has_out(struct sim_socket *self) {
  return reply_of(self)->sending;
}

const struct socket_type rep_type = {
    .number = ZMQ_REP,
    .size = sizeof(struct reply),
    .wants_id = true,
    .init = router_init,
    .free = free_reply,
    .attach = router_attach,
    .detach = detach,
    .readable = router_readable,
    .writable = router_writable,
    .send = send,
    .receive = receive,
    .has_in = has_in,
    .has_out = has_out,
    .set = router_set,
};
