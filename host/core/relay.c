/*
** relay.c - see relay.h.
*/

#include "host/core/relay.h"

#include <errno.h>
#include <stddef.h>
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
  struct timer retry; /* for a socket that does not tell of room */
  uint64_t count;
};

struct capture {
  struct socket *socket; /* NULL: none */
  uint64_t missed;       /* copies that it had no room for */
};

struct relay {
  struct side forward, backward;
  struct capture capture[RELAY_CAPTURES];
  int captures;        /* as many of them, at most, are some */
  struct frames *copy; /* of what is captured; NULL before the first capture */
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

enum { RETRY_US = 1000 }; /* from one try to the next */

/* Have what is stuck tried again. A node short of memory tries with every turn. */
static void await_room(struct side *side) {
  struct node *node = side->to->node;
  bool waits = side->stuck != NULL;
  if (!socket_type_hides_room(side->to->type)) {
    socket_want(side->to, WORLD_WRITABLE, waits);
  } else if (!waits) {
    timers_cancel(&node->timers, &side->retry);
  } else if (timers_set(&node->timers, &side->retry, node_now(node) + RETRY_US) != 0) {
    socket_want(side->to, WORLD_WRITABLE, true);
  }
}

static void update(struct relay *self, struct side *side) {
  socket_want(side->from, WORLD_READABLE, !self->paused && side->stuck == NULL);
  await_room(side);
}

/* To find a queue full takes longer than to relay a message: so the capture
** socket is not tried again before it reports room. That it waits for room says
** so; its user takes that back. */
static bool capture_is_full(const struct socket *capture) {
  return socket_wants(capture, WORLD_WRITABLE);
}

/* Whether it took a copy. */
static bool take_copy(struct socket *capture, struct frames *copy, struct frames *frames) {
  if (capture_is_full(capture)) return false;
  for (int i = 0; i < frames->count; i++) {
    zmq_msg_init(&copy->frame[i]);
    zmq_msg_copy(&copy->frame[i], &frames->frame[i]);
    copy->count++;
  }
  if (socket_send(capture, copy) == 0) return true;
  if (errno == EAGAIN && !socket_type_names_peers(capture->type)) {
    socket_want(capture, WORLD_WRITABLE, true);
  }
  frames_clear(copy);
  return false;
}

static void capture_all(struct relay *self, struct frames *frames) {
  for (int i = 0; i < self->captures; i++) {
    struct capture *each = &self->capture[i];
    if (each->socket == NULL || each->socket->world == NULL) continue;
    if (take_copy(each->socket, self->copy, frames)) continue;
    each->missed++;
    self->uncaptured++;
  }
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
    if (self->captures > 0) capture_all(self, frames);
    if (!pass(self, side, frames)) {
      update(self, side);
      return;
    }
  }
}

static void try_again(struct relay *self, struct side *side) {
  struct frames *frames = side->to->node->world->frames;
  if (side->stuck != NULL) {
    unstash(side, frames);
    pass(self, side, frames);
  }
  update(self, side);
}

static void room(struct socket *socket) {
  socket_want(socket, WORLD_WRITABLE, false);
  try_again(socket->relay, writing(socket->relay, socket));
}

static void retry(struct timer *timer) {
  struct side *side = (struct side *)((char *)timer - offsetof(struct side, retry));
  try_again(side->from->relay, side);
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

struct relay *relay_new(struct socket *front, struct socket *back) {
  struct relay *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->forward = (struct side){.from = front, .to = back, .user = front->user};
  self->backward = (struct side){.from = back, .to = front, .user = back->user};
  timer_init(&self->forward.retry, retry);
  timer_init(&self->backward.retry, retry);
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
  timers_cancel(&self->forward.from->node->timers, &self->forward.retry);
  timers_cancel(&self->forward.from->node->timers, &self->backward.retry);
  self->forward.from->relay = self->backward.from->relay = NULL;
  self->forward.from->user = self->forward.user;
  self->backward.from->user = self->backward.user;
  free(self->copy);
  free(self);
}

static struct capture *find_capture(struct relay *self, const struct socket *socket) {
  for (int i = 0; i < RELAY_CAPTURES; i++) {
    if (self->capture[i].socket == socket) return &self->capture[i];
  }
  return NULL;
}

int relay_capture(struct relay *self, struct socket *capture) {
  struct capture *place = find_capture(self, NULL);
  if (place == NULL) {
    errno = ENOSPC;
    return -1;
  }
  if (self->copy == NULL) {
    self->copy = malloc(sizeof *self->copy);
    if (self->copy == NULL) return -1;
    self->copy->count = 0;
  }
  *place = (struct capture){.socket = capture};
  int used = (int)(place - self->capture) + 1;
  if (used > self->captures) self->captures = used;
  return 0;
}

uint64_t relay_release(struct relay *self, struct socket *capture) {
  struct capture *place = capture != NULL ? find_capture(self, capture) : NULL;
  if (place == NULL) return 0;
  uint64_t missed = place->missed;
  *place = (struct capture){0};
  while (self->captures > 0 && self->capture[self->captures - 1].socket == NULL) self->captures--;
  return missed;
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
