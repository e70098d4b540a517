/*
** subscribe.c - SUB and XSUB: subscriptions are counted here, sent upstream as
** messages, and said again to every new peer.
*/

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/fair_queue.h"
#include "host/sim/net/socket_type.h"
#include "host/sim/net/topics.h"

enum { CANCEL, SUBSCRIBE };

struct subscriber {
  struct sim_socket base;
  struct message *fetched; /* by has_in, if it has one frame: survives its pipe and subscription */
  uint64_t begun;  /* the message whose first frame it has: received even if it is cancelled */
  bool unfinished; /* of an XSUB: the last frame it sent was not the last of its message */
  struct topics topics;
};

static struct subscriber *subscriber_of(struct sim_socket *self) {
  return (struct subscriber *)self;
}

static void free_subscriber(struct sim_socket *self) {
  topics_free(&subscriber_of(self)->topics);
  message_free(&self->network->messages, subscriber_of(self)->fetched);
}

static struct message *make_subscription(struct sim_socket *self, int what, const void *data,
                                         size_t size) {
  struct message *message = message_make(&self->network->messages, NULL, 0);
  if (message == NULL) return NULL;
  if (zmq_msg_init_size(&message->frame[0], size + 1) != 0) {
    zmq_msg_init(&message->frame[0]);
    message_free(&self->network->messages, message);
    return NULL;
  }
  unsigned char *bytes = zmq_msg_data(&message->frame[0]);
  bytes[0] = (unsigned char)what;
  if (size > 0) memcpy(bytes + 1, data, size);
  message_weigh(message);
  message->subscription = true;
  return message;
}

/* As libzmq, lose what a full pipe does not take. */
static void send_to(struct sim_socket *self, struct pipe *pipe, struct message *message) {
  if (message == NULL || pipe_write(pipe, message)) return;
  round_robin_deactivate(&self->out, pipe);
  message_free(&self->network->messages, message);
}

/* 'ends': the last frame ends a message. A peer that came since a message was begun gets no part
** of it. */
static void send_to_all(struct sim_socket *self, struct message *message, bool ends) {
  if (message == NULL) return;
  struct messages *pool = &self->network->messages;
  bool *unfinished = &subscriber_of(self)->unfinished;
  for (int i = self->out.active - 1; i >= 0; i--) {
    struct pipe *pipe = self->out.item[i];
    if (*unfinished && pipe->begun == NULL) continue;
    struct message *whole = message_join(pool, pipe->begun, message_copy(pool, message));
    pipe->begun = ends ? NULL : whole;
    if (ends) send_to(self, pipe, whole);
  }
  *unfinished = !ends;
  message_free(pool, message);
}

static void resubscribe(struct sim_socket *self, struct pipe *pipe) {
  struct topics *topics = &subscriber_of(self)->topics;
  for (int i = 0; i < topics->count; i++) {
    struct topic *topic = &topics->item[i];
    send_to(self, pipe, make_subscription(self, SUBSCRIBE, topic->data, topic->size));
  }
}

static int attach(struct sim_socket *self, struct pipe *pipe) {
  if (socket_type_attach(self, pipe) != 0) return -1;
  resubscribe(self, pipe);
  return 0;
}

/* Count; whether the peers have to be told. */
static bool count(struct sim_socket *self, int what, const void *data, size_t size) {
  struct topics *topics = &subscriber_of(self)->topics;
  struct topic *topic =
      what == SUBSCRIBE ? topics_add(topics, data, size) : topics_find(topics, data, size);
  if (topic == NULL) return false;
  topic->count += what == SUBSCRIBE ? 1 : -1;
  if (topic->count > 0) return what == SUBSCRIBE;
  topics_remove(topics, topic);
  return true;
}

static int set_sub(struct sim_socket *self, int option, const void *value, size_t size) {
  if (option != ZMQ_SUBSCRIBE && option != ZMQ_UNSUBSCRIBE) {
    errno = EINVAL;
    return -1;
  }
  int what = option == ZMQ_SUBSCRIBE ? SUBSCRIBE : CANCEL;
  if (count(self, what, value, size)) {
    send_to_all(self, make_subscription(self, what, value, size), true);
  }
  return 0;
}

/* A message upstream. Each frame that begins as a subscription is one; to cancel what is not
** subscribed to is not sent: then libzmq leaves the message without its end. */
static int send_xsub(struct sim_socket *self, struct frames *frames) {
  struct message *message = message_take(&self->network->messages, frames, 0, 0);
  if (message == NULL) return -1;
  sim_socket_sent(self, NULL, message);
  int kept = 0;
  bool ends = false;
  for (int i = 0; i < message->count; i++) {
    const unsigned char *bytes = zmq_msg_data(&message->frame[i]);
    size_t size = zmq_msg_size(&message->frame[i]);
    bool tell = true;
    if (size > 0 && bytes[0] <= SUBSCRIBE) tell = count(self, bytes[0], bytes + 1, size - 1);
    ends = tell;
    if (tell) {
      message->frame[kept++] = message->frame[i];
    } else {
      zmq_msg_close(&message->frame[i]);
    }
  }
  message->count = (uint16_t)kept;
  message_weigh(message);
  if (kept > 0) {
    send_to_all(self, message, ends);
  } else {
    message_free(&self->network->messages, message);
  }
  return 0;
}

static bool say_yes(void *arg, struct topic *topic) {
  (void)topic;
  *(bool *)arg = true;
  return false;
}

static bool matches(struct sim_socket *self, struct message *message) {
  bool matching = false;
  topics_match(&subscriber_of(self)->topics, zmq_msg_data(&message->frame[0]),
               zmq_msg_size(&message->frame[0]), say_yes, &matching);
  return matching != (self->options.invert_matching != 0);
}

/* The next message that is subscribed to, still in its pipe: others were sent before a subscription
** was cancelled. */
static struct message *peek(struct sim_socket *self) {
  struct subscriber *subscriber = subscriber_of(self);
  bool filters = self->type->number == ZMQ_SUB;
  struct message *message;
  while ((message = fair_queue_peek(&self->in)) != NULL && filters &&
         (message->id == 0 || message->id != subscriber->begun) && !matches(self, message)) {
    message_free(&self->network->messages, fair_queue_receive(&self->in, NULL));
  }
  subscriber->begun = message != NULL ? message->id : 0;
  return message;
}

/* libzmq fetches the first frame: a whole message only if it has no other. */
static bool has_in(struct sim_socket *self) {
  struct subscriber *subscriber = subscriber_of(self);
  if (subscriber->fetched != NULL) return true;
  struct message *message = peek(self);
  if (message != NULL && message->count == 1) {
    subscriber->fetched = fair_queue_receive(&self->in, NULL);
  }
  return message != NULL;
}

static int receive(struct sim_socket *self, struct frames *frames) {
  struct subscriber *subscriber = subscriber_of(self);
  struct message *message = subscriber->fetched;
  if (message == NULL && peek(self) != NULL) message = fair_queue_receive(&self->in, NULL);
  subscriber->fetched = NULL;
  subscriber->begun = 0;
  if (message == NULL) {
    errno = EAGAIN;
    return -1;
  }
  sim_socket_delivered(self, NULL, message);
  return message_give(&self->network->messages, message, 0, frames);
}

const struct socket_type sub_type = {
    .number = ZMQ_SUB,
    .size = sizeof(struct subscriber),
    .free = free_subscriber,
    .attach = attach,
    .detach = socket_type_detach,
    .readable = socket_type_readable,
    .writable = socket_type_writable,
    .hiccup = resubscribe,
    .send = socket_type_refuse_send,
    .receive = receive,
    .has_in = has_in,
    .has_out = socket_type_never,
    .set = set_sub,
};

const struct socket_type xsub_type = {
    .number = ZMQ_XSUB,
    .size = sizeof(struct subscriber),
    .free = free_subscriber,
    .attach = attach,
    .detach = socket_type_detach,
    .readable = socket_type_readable,
    .writable = socket_type_writable,
    .hiccup = resubscribe,
    .send = send_xsub,
    .receive = receive,
    .has_in = has_in,
    .has_out = socket_type_always,
};
