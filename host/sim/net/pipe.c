/*
** pipe.c - see pipe.h.
*/

#include "host/sim/net/pipe.h"

#include <stdlib.h>

#include <zmq.h>

enum { US_PER_MS = 1000 };

/* What two threads take to tell each other that a pipe ends; and until a socket that was closed
** tells it. */
enum { LEAST_GOODBYE_US = 10, MOST_GOODBYE_US = 100, LEAST_REAP_US = 20, MOST_REAP_US = 200 };

/* Until connections of a socket that was closed are, at most. */
enum { MOST_CLOSE_US = 800 };

static bool conflates(const struct sim_options *options) {
  int type = options->type;
  return options->conflate && (type == ZMQ_DEALER || type == ZMQ_PULL || type == ZMQ_PUSH ||
                               type == ZMQ_PUB || type == ZMQ_SUB);
}

void pipe_init_queues(struct pipe *self, const struct sim_options *options) {
  message_queue_init(&self->in, options->rcvhwm, conflates(options));
  message_queue_init(&self->out, options->sndhwm, conflates(options));
}

static int with_boost(int own, int boost) {
  if (boost < 0) return own;
  return own == 0 || boost == 0 ? 0 : own + boost;
}

void pipe_set_hwm(struct pipe *self, int in, int out) {
  message_queue_set_hwm(&self->in, with_boost(in, self->boost_in));
  message_queue_set_hwm(self->peer != NULL ? &self->peer->in : &self->out,
                        with_boost(out, self->boost_out));
}

int pipe_peer(const struct pipe *self) {
  if (self->peer != NULL) return self->peer->host->index;
  return self->transport != NULL ? self->transport->peer(self) : -1;
}

/* Over inproc: the other end is alone. */
static void part(struct pipe *self) {
  struct pipe *peer = self->peer;
  self->peer = NULL;
  if (peer != NULL) pipe_peer_gone(peer);
}

void pipe_give_up(struct pipe *self) {
  pipe_drop_queue(self, &self->out);
  if (self->transport != NULL) {
    self->transport->given_up(self);
  } else {
    part(self);
    pipe_free(self);
  }
}

static void linger_is_over(struct timer *timer) {
  pipe_give_up(list_entry(timer, struct pipe, linger));
}

static void acknowledged(struct timer *timer) {
  struct pipe *self = list_entry(timer, struct pipe, acknowledged);
  if (self->transport != NULL && self->transport->left != NULL) self->transport->left(self);
  pipe_post(self, PIPE_ENDED);
}

struct pipe *pipe_new(struct sim_host *host) {
  struct pipe *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->host = host;
  self->in_active = self->out_active = true;
  self->place[0] = self->place[1] = -1;
  self->boost_in = self->boost_out = -1;
  list_init(&self->link);
  list_init(&self->terminating);
  for (int i = 0; i < PIPE_COMMANDS; i++) {
    list_init(&self->entry[i].link);
    self->entry[i].pipe = self;
    self->entry[i].command = (enum pipe_command)i;
  }
  timer_init(&self->linger, linger_is_over);
  timer_init(&self->acknowledged, acknowledged);
  return self;
}

void pipe_drop_queue(struct pipe *self, struct message_queue *queue) {
  struct network *network = self->host->network;
  for (struct message *message; (message = message_queue_take(queue)) != NULL;) {
    network_dropped(network, self->host->index, self->label, message);
    message_free(&network->messages, message);
  }
  queue->seen = queue->granted = queue->read;
}

void pipe_forget_begun(struct pipe *self) {
  message_free(&self->host->network->messages, self->begun);
  self->begun = NULL;
}

static void forget_mailbox(struct pipe *self) {
  for (int i = 0; i < PIPE_COMMANDS; i++) list_remove(&self->entry[i].link);
}

void pipe_free(struct pipe *self) {
  pipe_forget_begun(self);
  pipe_drop_queue(self, &self->in);
  pipe_drop_queue(self, &self->out);
  network_cancel(self->host->network, &self->linger);
  network_cancel(self->host->network, &self->acknowledged);
  list_remove(&self->link);
  list_remove(&self->terminating);
  forget_mailbox(self);
  free(self->id);
  free(self->endpoint);
  free(self);
}

static struct message_queue *queue_out(struct pipe *self) {
  return self->peer != NULL ? &self->peer->in : &self->out;
}

bool pipe_check_write(struct pipe *self) {
  if (!self->out_active || self->state != PIPE_ACTIVE) return false;
  if (message_queue_full(queue_out(self))) self->out_active = false;
  return self->out_active;
}

bool pipe_write(struct pipe *self, struct message *message) {
  if (!pipe_check_write(self)) return false;
  message_queue_put(queue_out(self), &self->host->network->messages, message);
  if (self->peer != NULL) {
    pipe_arrived(self->peer);
  } else if (self->transport != NULL) {
    self->transport->written(self);
  }
  return true;
}

static int64_t draw(struct pipe *self, int64_t least, int64_t most) {
  return random_between(&self->host->network->random, least, most);
}

/* Nothing is read or written any more. */
static void leave(struct pipe *self) {
  struct network *network = self->host->network;
  self->state = PIPE_LEAVING;
  network_at(network, &self->acknowledged,
             network->now + draw(self, LEAST_GOODBYE_US, MOST_GOODBYE_US));
}

struct message *pipe_peek(struct pipe *self) {
  if (!self->in_active || (self->state != PIPE_ACTIVE && self->state != PIPE_DRAINING)) return NULL;
  if (self->in.first != NULL) return self->in.first;
  if (!self->marked) {
    self->in_active = false;
    self->asleep = true;
  } else if (self->state == PIPE_DRAINING) {
    leave(self);
  } else {
    self->state = PIPE_MARKED;
  }
  return NULL;
}

/* Over inproc a subscription has no first byte: a publisher knows it by its flag. */
static void strip(struct pipe *self, struct message *message) {
  int type = self->label != NULL ? self->label->type : -1;
  if (type == ZMQ_PUB || type == ZMQ_XPUB) return;
  zmq_msg_t rest;
  size_t size = zmq_msg_size(&message->frame[0]);
  if (size == 0) return;
  if (message_fill(&rest, (char *)zmq_msg_data(&message->frame[0]) + 1, size - 1) != 0) return;
  zmq_msg_close(&message->frame[0]);
  message->frame[0] = rest;
  message->subscription = false;
}

struct message *pipe_read(struct pipe *self) {
  if (pipe_peek(self) == NULL) return NULL;
  struct message *message = message_queue_take(&self->in);
  if (message->subscription) strip(self, message);
  /* To libzmq an id read before any message is half a queue: the peer's socket is looked at. */
  bool is_first = message->introduction && self->in.lwm > 0 && self->in.read == 0;
  bool room = message_queue_grant(&self->in) || (is_first && self->peer != NULL);
  if (room && self->peer != NULL) {
    pipe_post(self->peer, PIPE_WRITABLE);
  } else if (room && self->transport != NULL) {
    message_queue_hear(&self->in);
    self->transport->has_room(self);
  }
  return message;
}

void pipe_post(struct pipe *self, enum pipe_command command) {
  if (self->socket == NULL || self->state == PIPE_CLOSED) return;
  struct list *link = &self->entry[command].link;
  if (list_empty(link)) list_append(self->mailbox, link);
  self->user->posted(self);
}

void pipe_arrived(struct pipe *self) {
  if (!self->asleep) return;
  self->asleep = false;
  pipe_post(self, PIPE_READABLE);
}

void pipe_deliver(struct pipe *self, struct message *message) {
  message_queue_put(&self->in, &self->host->network->messages, message);
  pipe_arrived(self);
}

void pipe_introduce(struct pipe *self, const struct sim_options *peer) {
  struct message *message = message_make(&self->host->network->messages, peer->id, peer->id_size);
  if (message == NULL) return;
  message->introduction = true;
  pipe_deliver(self, message);
}

void pipe_terminate(struct pipe *self) {
  if (list_empty(&self->terminating))
    list_append(&self->host->network->terminating, &self->terminating);
}

void pipe_reap(struct network *network) {
  struct list *link;
  while ((link = list_shift(&network->terminating)) != NULL) {
    struct pipe *pipe = list_entry(link, struct pipe, terminating);
    if (pipe->socket != NULL) {
      pipe->user->ended(pipe);
    } else {
      pipe_free(pipe);
    }
  }
}

void pipe_peer_gone(struct pipe *self) {
  self->peer = NULL;
  self->connection = NULL;
  pipe_drop_queue(self, &self->out);
  if (self->waiting) return;
  /* libzmq's end mark takes the place of the only message. */
  if (self->in.conflate) pipe_drop_queue(self, &self->in);
  if (self->socket != NULL) {
    pipe_post(self, PIPE_GONE);
    self->marked = true;
    pipe_arrived(self);
  } else {
    self->state = PIPE_CLOSED;
    pipe_terminate(self);
  }
}

void pipe_drain(struct pipe *self) {
  pipe_drop_queue(self, &self->out);
  if (self->ignored && self->leaves == NULL) {
    self->state = PIPE_CLOSED;
    pipe_terminate(self);
  } else if (self->state == PIPE_MARKED || (self->state == PIPE_ACTIVE && self->no_delay)) {
    leave(self);
  } else if (self->state == PIPE_ACTIVE) {
    self->state = PIPE_DRAINING;
  }
}

/* 'us': -1 for ever. */
static void linger(struct pipe *self, int64_t us) {
  list_append(&self->host->lingering, &self->link);
  if (us >= 0) network_at(self->host->network, &self->linger, self->host->network->now + us);
}

/* Without linger what is unsent may still be sent until another thread has closed the socket. */
static bool linger_begins(struct pipe *self, int ms, bool closes) {
  if (self->out.first == NULL || (ms == 0 && !closes)) return false;
  linger(self, ms > 0 ? (int64_t)ms * US_PER_MS : ms < 0 ? -1 : draw(self, 0, MOST_CLOSE_US));
  return true;
}

void pipe_close(struct pipe *self, int ms, bool closes) {
  self->state = PIPE_CLOSED;
  self->socket = NULL;
  self->label = NULL;
  list_remove(&self->link);
  list_remove(&self->terminating);
  forget_mailbox(self);
  network_cancel(self->host->network, &self->acknowledged);
  pipe_drop_queue(self, &self->in);
  if (self->peer != NULL && closes) {
    linger(self, draw(self, LEAST_REAP_US, MOST_REAP_US));
  } else if (self->transport == NULL) {
    part(self);
    pipe_free(self);
  } else {
    self->transport->closed(self, linger_begins(self, ms, closes));
  }
}
