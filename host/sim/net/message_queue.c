/*
** message_queue.c - see message_queue.h.
*/

#include "host/sim/net/message_queue.h"

#include <stdlib.h>

#include "host/sim/net/connection.h"
#include "host/sim/net/connector.h"
#include "host/sim/net/sim_socket.h"
#include "host/sim/net/state.h"
#include "host/sim/net/wire.h"

enum { US_PER_MS = 1000 };

void lane_init(struct lane *self, int hwm, bool conflate) {
  *self = (struct lane){.hwm = conflate ? 0 : hwm, .conflate = conflate};
  self->lwm = (self->hwm + 1) / 2;
}

/* A lane that conflates keeps the last frame of the last message, as libzmq's
** does. */
static void conflate(struct lane *self, struct messages *pool, struct message *message) {
  message_free(pool, self->first);
  self->first = self->last = NULL;
  int last = message->count - 1;
  for (int i = 0; i < last; i++) zmq_msg_close(&message->frame[i]);
  message->frame[0] = message->frame[last];
  message->count = 1;
}

void lane_put(struct lane *self, struct messages *pool, struct message *message) {
  if (self->conflate && !message->introduction) conflate(self, pool, message);
  message->next = NULL;
  if (self->first == NULL) {
    self->first = message;
  } else {
    self->last->next = message;
  }
  self->last = message;
  if (!message->introduction) self->written++;
}

struct message *lane_take(struct lane *self) {
  struct message *message = self->first;
  if (message == NULL) return NULL;
  self->first = message->next;
  if (!message->introduction) self->read++;
  return message;
}

static int with_boost(int own, int boost) {
  if (boost < 0) return own;
  return own == 0 || boost == 0 ? 0 : own + boost;
}

static void set_lane(struct lane *lane, int hwm) {
  if (lane->conflate) return;
  lane->hwm = hwm;
  lane->lwm = (hwm + 1) / 2;
}

void pipe_set_hwm(struct pipe *self, int in, int out) {
  set_lane(&self->in, with_boost(in, self->boost_in));
  set_lane(self->peer != NULL ? &self->peer->in : &self->out, with_boost(out, self->boost_out));
}

void pipe_give_up(struct pipe *self) {
  pipe_drop_lane(self, &self->out);
  if (self->connector != NULL) {
    connector_lingered(self->connector);
  } else if (self->connection != NULL) {
    connection_shut(self->connection, connection_end_of(self->connection, self));
  } else {
    pipe_free(self);
  }
}

static void linger_is_over(struct timer *timer) {
  pipe_give_up(list_entry(timer, struct pipe, linger));
}

struct pipe *pipe_new(struct sim_node *node) {
  struct pipe *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->node = node;
  self->in_active = self->out_active = true;
  self->place[0] = self->place[1] = -1;
  self->boost_in = self->boost_out = -1;
  list_init(&self->link);
  list_init(&self->doomed);
  timer_init(&self->linger, linger_is_over);
  return self;
}

void pipe_drop_lane(struct pipe *self, struct lane *lane) {
  struct sim *sim = self->node->sim;
  for (struct message *message; (message = lane_take(lane)) != NULL;) {
    network_dropped(self->node, self->socket, message);
    message_free(&sim->messages, message);
  }
  lane->seen = lane->read;
}

void pipe_free(struct pipe *self) {
  pipe_drop_lane(self, &self->in);
  pipe_drop_lane(self, &self->out);
  sim_never(self->node->sim, &self->linger);
  list_remove(&self->link);
  list_remove(&self->doomed);
  free(self->id);
  free(self->endpoint);
  free(self);
}

static struct lane *lane_out(struct pipe *self) {
  return self->peer != NULL ? &self->peer->in : &self->out;
}

bool pipe_check_write(struct pipe *self) {
  if (!self->out_active || self->state != PIPE_ACTIVE) return false;
  struct lane *lane = lane_out(self);
  if (!lane_full(lane)) return true;
  /* Who sends in one go is faster than the thread that empties the queue. */
  bool is_news = self->peer == NULL && self->flushed < self->node->sim->now && lane_grant(lane);
  self->out_active = is_news && !lane_full(lane);
  return self->out_active;
}

bool pipe_write(struct pipe *self, struct message *message) {
  if (!pipe_check_write(self)) return false;
  lane_put(lane_out(self), &self->node->sim->messages, message);
  if (self->peer != NULL) {
    pipe_arrived(self->peer);
  } else if (self->connection != NULL) {
    wire_written(self->connection, connection_end_of(self->connection, self));
  }
  return true;
}

struct message *pipe_peek(struct pipe *self) {
  if (!self->in_active || self->state == PIPE_CLOSED) return NULL;
  if (self->in.first == NULL) self->in_active = false;
  return self->in.first;
}

struct message *pipe_read(struct pipe *self) {
  if (pipe_peek(self) == NULL) return NULL;
  struct message *message = lane_take(&self->in);
  bool room = lane_grant(&self->in);
  if (room && self->peer != NULL) {
    pipe_has_room(self->peer);
  } else if (room && self->connection != NULL) {
    connection_resume(self->connection, connection_end_of(self->connection, self));
  }
  if (self->state == PIPE_DRAINING && self->in.first == NULL) pipe_doom(self);
  return message;
}

void pipe_arrived(struct pipe *self) {
  if (self->socket == NULL || self->state == PIPE_CLOSED) return;
  bool was_active = self->in_active;
  self->in_active = true;
  if (self->stuck) return;
  if (was_active) {
    sim_socket_wake(self->socket, WORLD_READABLE);
  } else {
    self->socket->type->readable(self->socket, self);
  }
}

void pipe_has_room(struct pipe *self) {
  if (self->out_active || self->socket == NULL || self->state != PIPE_ACTIVE) return;
  self->out_active = true;
  self->socket->type->writable(self->socket, self);
}

void pipe_doom(struct pipe *self) {
  if (list_empty(&self->doomed)) list_append(&self->node->sim->doomed, &self->doomed);
}

void pipes_reap(struct sim *sim) {
  struct list *link;
  while ((link = list_shift(&sim->doomed)) != NULL) {
    struct pipe *pipe = list_entry(link, struct pipe, doomed);
    if (pipe->socket != NULL) {
      sim_socket_detach(pipe, 0);
    } else {
      pipe_free(pipe);
    }
  }
}

void pipe_peer_gone(struct pipe *self) {
  self->peer = NULL;
  self->connection = NULL;
  pipe_drop_lane(self, &self->out);
  if (self->waiting) return;
  if (self->socket == NULL || self->stuck) {
    self->state = PIPE_CLOSED;
    pipe_doom(self);
  } else if (self->state == PIPE_ACTIVE) {
    self->state = PIPE_DRAINING;
    if (self->no_delay || self->in.first == NULL) pipe_doom(self);
  }
}

static bool linger_begins(struct pipe *self, int linger) {
  if (linger == 0 || self->out.first == NULL) return false;
  list_append(&self->node->lingering, &self->link);
  if (linger > 0) {
    sim_at(self->node->sim, &self->linger, self->node->sim->now + (int64_t)linger * US_PER_MS);
  }
  return true;
}

void pipe_close(struct pipe *self, int linger) {
  self->state = PIPE_CLOSED;
  self->socket = NULL;
  list_remove(&self->link);
  list_remove(&self->doomed);
  pipe_drop_lane(self, &self->in);
  if (self->peer != NULL) {
    struct pipe *peer = self->peer;
    self->peer = NULL;
    pipe_peer_gone(peer);
    pipe_free(self);
  } else if (self->connector != NULL) {
    connector_close(self->connector, linger_begins(self, linger) ? linger : 0);
  } else if (self->connection == NULL) {
    pipe_free(self);
  } else if (!linger_begins(self, linger)) {
    connection_shut(self->connection, connection_end_of(self->connection, self));
  }
}
