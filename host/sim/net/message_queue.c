/*
** message_queue.c - see message_queue.h.
*/

#include "host/sim/net/message_queue.h"

void message_queue_init(struct message_queue *self, int hwm, bool conflate) {
  *self = (struct message_queue){.hwm = conflate ? 0 : hwm, .conflate = conflate};
  self->lwm = (self->hwm + 1) / 2;
}

void message_queue_set_hwm(struct message_queue *self, int hwm) {
  if (self->conflate) return;
  self->hwm = hwm;
  self->lwm = (hwm + 1) / 2;
}

/* A queue that conflates keeps the last frame of the last message, as libzmq's does. */
static void conflate(struct message_queue *self, struct messages *pool, struct message *message) {
  message_free(pool, self->first);
  self->first = self->last = NULL;
  int last = message->count - 1;
  for (int i = 0; i < last; i++) zmq_msg_close(&message->frame[i]);
  message->frame[0] = message->frame[last];
  message->count = 1;
}

void message_queue_put(struct message_queue *self, struct messages *pool, struct message *message) {
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

struct message *message_queue_take(struct message_queue *self) {
  struct message *message = self->first;
  if (message == NULL) return NULL;
  self->first = message->next;
  if (!message->introduction) self->read++;
  return message;
}
