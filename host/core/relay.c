/*
** relay.c - see relay.h.
*/

#include "host/core/relay.h"

#include <errno.h>
#include <stdlib.h>

#include "host/core/node.h"
#include "host/core/socket_options.h"

/* A message on its way to 'to' that found no room; kept until it finds some. */
struct side {
  struct socket *from;
  struct socket *to;
  const struct socket_user *user; /* whom 'from' served before */
  zmq_msg_t *stuck;               /* NULL: nothing waits */
  int stuck_count;
  uint64_t count;
};

struct relay {
  struct side forward, backward;
  struct socket *capture;
  struct frames *copy; /* of what is captured; NULL without a capture */
  bool paused;
  uint64_t dropped, uncaptured;
};

static const struct socket_user relay_user;

static struct side *reading(struct relay *self, const struct socket *socket) {
  return socket == self->forward.from ? &self->forward : &self->backward;
}

static struct side *writing(struct relay *self, const struct socket *socket) {
  return socket == self->forward.to ? &self->forward : &self->backward;
}

static void update(struct relay *self, struct side *side) {
  socket_want(side->from, WORLD_READABLE, !self->paused && side->stuck == NULL);
  socket_want(side->to, WORLD_WRITABLE, side->stuck != NULL);
}

/* To find a queue full takes longer than to relay a message: so the capture
** socket is not tried again before it reports room. That it waits for room says
** so; its user takes that back. */
static bool capture_is_full(const struct socket *capture) {
  return socket_wants(capture, WORLD_WRITABLE);
}

static void capture(struct relay *self, struct frames *frames) {
  if (self->capture->world == NULL) return;
  if (capture_is_full(self->capture)) {
    self->uncaptured++;
    return;
  }
  for (int i = 0; i < frames->count; i++) {
    zmq_msg_init(&self->copy->frame[i]);
    zmq_msg_copy(&self->copy->frame[i], &frames->frame[i]);
    self->copy->count++;
  }
  if (socket_send(self->capture, self->copy) == 0) return;
  if (errno == EAGAIN && !socket_type_names_peers(self->capture->type)) {
    socket_want(self->capture, WORLD_WRITABLE, true);
  }
  frames_clear(self->copy);
  self->uncaptured++;
}

/* Keep the message for when there is room. */
static bool stash(struct side *side, struct frames *frames) {
  side->stuck = malloc((size_t)frames->count * sizeof(zmq_msg_t));
  if (side->stuck == NULL) return false;
  for (int i = 0; i < frames->count; i++) {
    zmq_msg_init(&side->stuck[i]);
    zmq_msg_move(&side->stuck[i], &frames->frame[i]);
  }
  side->stuck_count = frames->count;
  frames_clear(frames);
  return true;
}

static void unstash(struct side *side, struct frames *frames) {
  frames_clear(frames);
  for (int i = 0; i < side->stuck_count; i++) {
    zmq_msg_init(&frames->frame[i]);
    zmq_msg_move(&frames->frame[i], &side->stuck[i]);
    zmq_msg_close(&side->stuck[i]);
  }
  frames->count = side->stuck_count;
  free(side->stuck);
  side->stuck = NULL;
}

/* Send what is in 'frames' on. False when it has to wait for room. */
static bool pass(struct relay *self, struct side *side, struct frames *frames) {
  if (side->to->world != NULL) {
    if (socket_send(side->to, frames) == 0) {
      side->count++;
      return true;
    }
    if (errno == EAGAIN && !socket_type_names_peers(side->to->type) && stash(side, frames))
      return false;
  }
  frames_clear(frames);
  self->dropped++;
  return true;
}

static void serve(struct socket *socket) {
  struct relay *self = socket->relay;
  struct side *side = reading(self, socket);
  struct frames *frames = socket->node->world->frames;
  while (socket->served < SOCKET_BURST && node_may_run(socket->node) &&
         socket_receive(socket, frames) == 0) {
    node_count_run(socket->node);
    if (self->capture != NULL) capture(self, frames);
    if (!pass(self, side, frames)) {
      update(self, side);
      return;
    }
  }
}

static void room(struct socket *socket) {
  struct relay *self = socket->relay;
  struct side *side = writing(self, socket);
  if (side->stuck != NULL) {
    unstash(side, socket->node->world->frames);
    pass(self, side, socket->node->world->frames);
  }
  update(self, side);
}

static bool guard(struct socket *socket) {
  (void)socket;
  return true;
}

/* Connections are none of the relay's: whom the socket served before is told. */
static void connection(struct socket *socket, const struct world_event *event) {
  reading(socket->relay, socket)->user->connection(socket, event);
}

static const struct socket_user relay_user = {
    .serve = serve, .room = room, .guard = guard, .connection = connection};

struct relay *relay_new(struct socket *front, struct socket *back, struct socket *capture) {
  struct relay *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  if (capture != NULL) {
    self->copy = malloc(sizeof *self->copy);
    if (self->copy == NULL) {
      free(self);
      return NULL;
    }
    self->copy->count = 0;
  }
  self->forward = (struct side){.from = front, .to = back, .user = front->user};
  self->backward = (struct side){.from = back, .to = front, .user = back->user};
  self->capture = capture;
  self->paused = true;
  front->relay = back->relay = self;
  front->user = back->user = &relay_user;
  return self;
}

static void discard(struct side *side, struct frames *frames) {
  if (side->stuck == NULL) return;
  unstash(side, frames);
  frames_clear(frames);
}

void relay_free(struct relay *self) {
  struct frames *frames = self->forward.from->node->world->frames;
  relay_pause(self);
  discard(&self->forward, frames);
  discard(&self->backward, frames);
  self->forward.from->relay = self->backward.from->relay = NULL;
  self->forward.from->user = self->forward.user;
  self->backward.from->user = self->backward.user;
  free(self->copy);
  free(self);
}

void relay_resume(struct relay *self) {
  self->paused = false;
  update(self, &self->forward);
  update(self, &self->backward);
}

void relay_pause(struct relay *self) {
  self->paused = true;
  socket_want(self->forward.from, WORLD_READABLE, false);
  socket_want(self->backward.from, WORLD_READABLE, false);
}

struct relay_counts relay_counts(const struct relay *self) {
  return (struct relay_counts){.forward = self->forward.count,
                               .backward = self->backward.count,
                               .dropped = self->dropped,
                               .uncaptured = self->uncaptured};
}
