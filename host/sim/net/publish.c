/*
** publish.c - PUB and XPUB: a message goes to every peer with a subscription
** that it begins with, and is dropped whole for one whose queue is full.
*/

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/socket_type.h"
#include "host/sim/net/topics.h"

enum { CANCEL, SUBSCRIBE };

/* Of MANUAL: whose subscription the user is going to read. */
struct pending {
  struct pending *next;
  struct pipe *pipe; /* NULL: it is gone */
};

struct publisher {
  struct sim_socket base;
  struct topics topics;
  struct topics manual; /* with MANUAL: what peers asked for */
  bool verbose, verboser, manual_on, no_drop;
  uint64_t mark;
  struct message *welcome;      /* NULL: none */
  struct message *first, *last; /* for the user to receive */
  struct pending *first_pending, *last_pending;
  struct pipe *last_pipe; /* of the subscription read last; NULL: none */
};

static struct publisher *publisher_of(struct sim_socket *self) {
  return (struct publisher *)self;
}

static void free_publisher(struct sim_socket *self) {
  struct publisher *publisher = publisher_of(self);
  topics_free(&publisher->topics);
  topics_free(&publisher->manual);
  message_free(&self->network->messages, publisher->welcome);
  while (publisher->first != NULL) {
    struct message *message = publisher->first;
    publisher->first = message->next;
    message_free(&self->network->messages, message);
  }
  while (publisher->first_pending != NULL) {
    struct pending *pending = publisher->first_pending;
    publisher->first_pending = pending->next;
    free(pending);
  }
}

static void push(struct publisher *self, struct message *message) {
  if (message == NULL) return;
  message->next = NULL;
  if (self->first == NULL) {
    self->first = message;
  } else {
    self->last->next = message;
  }
  self->last = message;
}

static void push_pending(struct publisher *self, struct pipe *pipe) {
  struct pending *pending = malloc(sizeof *pending);
  if (pending == NULL) return;
  *pending = (struct pending){.pipe = pipe};
  if (self->first_pending == NULL) {
    self->first_pending = pending;
  } else {
    self->last_pending->next = pending;
  }
  self->last_pending = pending;
}

static void push_cancel(struct publisher *self, const struct topic *topic) {
  struct message *message = message_new(&self->base.network->messages, 1);
  if (message == NULL) return;
  zmq_msg_init_size(&message->frame[0], topic->size + 1);
  unsigned char *bytes = zmq_msg_data(&message->frame[0]);
  bytes[0] = CANCEL;
  memcpy(bytes + 1, topic->data, topic->size);
  message->id = 0;
  push(self, message);
}

/* Add or remove; whether an XPUB tells its user. */
static bool apply(struct publisher *self, struct pipe *pipe, int what, const void *data,
                  size_t size) {
  struct topics *topics = &self->topics;
  if (what == SUBSCRIBE) {
    struct topic *topic = topics_add(topics, data, size);
    return topic != NULL && (topic_add_pipe(topic, pipe) > 0 || self->verbose);
  }
  struct topic *topic = topics_find(topics, data, size);
  if (topic == NULL || !topic_remove_pipe(topic, pipe)) return true;
  if (topic->pipes > 0) return self->verboser;
  topics_remove(topics, topic);
  return true;
}

static void apply_manual(struct publisher *self, struct pipe *pipe, int what, const void *data,
                         size_t size) {
  struct topics *topics = &self->manual;
  struct topic *topic =
      what == SUBSCRIBE ? topics_add(topics, data, size) : topics_find(topics, data, size);
  if (topic != NULL && what == SUBSCRIBE) topic_add_pipe(topic, pipe);
  if (topic != NULL && what == CANCEL && topic_remove_pipe(topic, pipe) && topic->pipes == 0) {
    topics_remove(topics, topic);
  }
  push_pending(self, pipe);
}

/* A subscription from a peer; whether the user reads it. */
static bool take_subscription(struct publisher *self, struct pipe *pipe, zmq_msg_t *frame) {
  const unsigned char *bytes = zmq_msg_data(frame);
  size_t size = zmq_msg_size(frame);
  if (self->manual_on) {
    apply_manual(self, pipe, bytes[0], bytes + 1, size - 1);
    return true;
  }
  return apply(self, pipe, bytes[0], bytes + 1, size - 1) && self->base.type->number == ZMQ_XPUB;
}

/* Something came from a subscriber: subscriptions, each of which ends a message for the user, and
** frames of an XSUB's own. */
static void take_in(struct publisher *self, struct pipe *pipe, struct message *message) {
  struct messages *pool = &self->base.network->messages;
  bool is_xpub = self->base.type->number == ZMQ_XPUB;
  struct message *part = NULL;
  for (int i = 0; i < message->count; i++) {
    zmq_msg_t *frame = &message->frame[i];
    const unsigned char *bytes = zmq_msg_data(frame);
    bool subscribes = zmq_msg_size(frame) > 0 && bytes[0] <= SUBSCRIBE;
    bool keep = subscribes ? take_subscription(self, pipe, frame) : is_xpub;
    if (keep && part == NULL) {
      part = message_new(pool, message->count - i);
      if (part == NULL) break;
      part->id = message->id;
      part->count = 0;
    }
    if (keep) {
      part->frame[part->count++] = *frame;
      zmq_msg_init(frame);
    }
    if (part != NULL && ((keep && subscribes) || i == message->count - 1)) {
      push(self, part);
      part = NULL;
    }
  }
  message_free(pool, part);
  message_free(pool, message);
}

static void readable(struct sim_socket *self, struct pipe *pipe) {
  struct message *message;
  while ((message = pipe_read(pipe)) != NULL) take_in(publisher_of(self), pipe, message);
}

static int attach(struct sim_socket *self, struct pipe *pipe) {
  struct publisher *publisher = publisher_of(self);
  pipe->no_delay = self->type->number == ZMQ_PUB;
  if (round_robin_add(&self->out, pipe) != 0) return -1;
  if (publisher->welcome != NULL) {
    struct message *copy = message_copy(&self->network->messages, publisher->welcome);
    if (copy != NULL && !pipe_write(pipe, copy)) message_free(&self->network->messages, copy);
  }
  readable(self, pipe);
  return 0;
}

/* A subscriber is gone: report the topics that have no other. */
static void leave(struct publisher *self, struct topics *topics, struct pipe *pipe, bool tell,
                  bool tell_all) {
  for (int i = 0; i < topics->count;) {
    struct topic *topic = &topics->item[i];
    bool gone = topic_remove_pipe(topic, pipe);
    if (gone && tell && (tell_all || topic->pipes == 0)) {
      push_cancel(self, topic);
      if (self->manual_on) push_pending(self, NULL);
    }
    if (topic->pipes == 0) {
      topics_remove(topics, topic);
    } else {
      i++;
    }
  }
}

static void detach(struct sim_socket *self, struct pipe *pipe) {
  struct publisher *publisher = publisher_of(self);
  bool tell = self->type->number == ZMQ_XPUB;
  if (publisher->manual_on) {
    leave(publisher, &publisher->manual, pipe, tell, true);
    leave(publisher, &publisher->topics, pipe, false, false);
    publisher->last_pipe = publisher->last_pipe == pipe ? NULL : publisher->last_pipe;
  } else {
    leave(publisher, &publisher->topics, pipe, tell, publisher->verboser);
  }
  for (struct pending *pending = publisher->first_pending; pending != NULL;
       pending = pending->next) {
    if (pending->pipe == pipe) pending->pipe = NULL;
  }
  round_robin_remove(&self->out, pipe);
}

static bool mark_all(void *arg, struct topic *topic) {
  uint64_t mark = *(uint64_t *)arg;
  for (int i = 0; i < topic->pipes; i++) topic->pipe[i]->mark = mark;
  return true;
}

static int send(struct sim_socket *self, struct frames *frames) {
  struct publisher *publisher = publisher_of(self);
  struct round_robin *out = &self->out;
  bool invert = self->options.invert_matching != 0;
  uint64_t mark = ++publisher->mark;
  topics_match(&publisher->topics, zmq_msg_data(&frames->frame[0]), zmq_msg_size(&frames->frame[0]),
               mark_all, &mark);
  for (int i = 0; publisher->no_drop && i < out->active; i++) {
    if ((out->item[i]->mark == mark) == invert || pipe_check_write(out->item[i])) continue;
    errno = EAGAIN;
    return -1;
  }
  struct messages *pool = &self->network->messages;
  struct message *message = message_take(pool, frames, 0, 0);
  if (message == NULL) return -1;
  sim_socket_sent(self, NULL, message);
  /* From the end, since a pipe that turns out full changes its place with the
  ** last one. */
  for (int i = out->count - 1; i >= 0; i--) {
    struct pipe *pipe = out->item[i];
    if ((pipe->mark == mark) == invert) continue;
    struct message *copy = message_copy(pool, message);
    if (copy == NULL || pipe_write(pipe, copy)) continue;
    round_robin_deactivate(out, pipe);
    sim_socket_dropped(self, copy);
    message_free(pool, copy);
  }
  message_free(pool, message);
  return 0;
}

static int receive(struct sim_socket *self, struct frames *frames) {
  struct publisher *publisher = publisher_of(self);
  struct message *message = publisher->first;
  if (message == NULL) {
    errno = EAGAIN;
    return -1;
  }
  struct pending *pending = publisher->first_pending;
  if (publisher->manual_on && pending != NULL) {
    publisher->last_pipe = pending->pipe;
    publisher->first_pending = pending->next;
    free(pending);
  }
  publisher->first = message->next;
  sim_socket_delivered(self, NULL, message);
  return message_give(&self->network->messages, message, 0, frames);
}

static int set_manually(struct publisher *self, int option, const void *value, size_t size) {
  if (self->last_pipe != NULL) {
    apply(self, self->last_pipe, option == ZMQ_SUBSCRIBE ? SUBSCRIBE : CANCEL, value, size);
  }
  return 0;
}

static int set_welcome(struct publisher *self, const void *value, size_t size) {
  struct messages *pool = &self->base.network->messages;
  message_free(pool, self->welcome);
  self->welcome = size > 0 ? message_make(pool, value, size) : NULL;
  return 0;
}

static int set(struct sim_socket *self, int option, const void *value, size_t size) {
  struct publisher *publisher = publisher_of(self);
  int status;
  switch (option) {
    case ZMQ_XPUB_VERBOSE:
      status = socket_type_set_flag(true, value, size, &publisher->verbose);
      if (status == 0) publisher->verboser = false;
      return status;
    case ZMQ_XPUB_VERBOSER:
      status = socket_type_set_flag(true, value, size, &publisher->verboser);
      if (status == 0) publisher->verbose = publisher->verboser;
      return status;
    case ZMQ_XPUB_NODROP:
      return socket_type_set_flag(true, value, size, &publisher->no_drop);
    case ZMQ_XPUB_MANUAL:
      return socket_type_set_flag(true, value, size, &publisher->manual_on);
    case ZMQ_XPUB_WELCOME_MSG:
      return set_welcome(publisher, value, size);
    case ZMQ_SUBSCRIBE:
    case ZMQ_UNSUBSCRIBE:
      if (publisher->manual_on) return set_manually(publisher, option, value, size);
      break;
    default:
      break;
  }
  errno = EINVAL;
  return -1;
}

static bool has_in(struct sim_socket *self) {
  return publisher_of(self)->first != NULL;
}

const struct socket_type pub_type = {
    .number = ZMQ_PUB,
    .size = sizeof(struct publisher),
    .free = free_publisher,
    .attach = attach,
    .detach = detach,
    .readable = readable,
    .writable = socket_type_writable,
    .send = send,
    .receive = socket_type_refuse_receive,
    .has_in = socket_type_never,
    .has_out = socket_type_always,
    .set = set,
};

const struct socket_type xpub_type = {
    .number = ZMQ_XPUB,
    .size = sizeof(struct publisher),
    .free = free_publisher,
    .attach = attach,
    .detach = detach,
    .readable = readable,
    .writable = socket_type_writable,
    .send = send,
    .receive = receive,
    .has_in = has_in,
    .has_out = socket_type_always,
    .set = set,
};
