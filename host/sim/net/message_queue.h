/*
** message_queue.h - a queue of messages with a high-water mark.
**
** The water marks are libzmq's own: a writer hears of room only once per half a
** queue read, so a full queue is not writable again after one message.
*/

#ifndef HOST_SIM_NET_MESSAGE_QUEUE_H
#define HOST_SIM_NET_MESSAGE_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/sim/net/message.h"

struct message_queue {
  struct message *first, *last;
  int hwm; /* 0: none */
  int lwm;
  uint64_t written, read; /* messages, ever */
  uint64_t granted;       /* what the writer was told of 'read' ... */
  uint64_t seen;          /* ... and has heard */
  bool conflate;          /* keeps the last message only */
};

void message_queue_init(struct message_queue *self, int hwm, bool conflate);
/* Another mark, as when the option is set later; not of a queue that conflates. */
void message_queue_set_hwm(struct message_queue *self, int hwm);

static inline bool message_queue_full(const struct message_queue *self) {
  return self->hwm > 0 && self->written - self->seen >= (uint64_t)self->hwm;
}
void message_queue_put(struct message_queue *self, struct messages *pool, struct message *message);
/* The first message, or NULL. */
struct message *message_queue_take(struct message_queue *self);
/* Is the writer to be told how much was read? Then it is, as soon as it calls message_queue_hear.
 */
static inline bool message_queue_grant(struct message_queue *self) {
  if (self->lwm == 0 || self->read - self->granted < (uint64_t)self->lwm) return false;
  self->granted = self->read - self->read % (uint64_t)self->lwm;
  return true;
}
static inline void message_queue_hear(struct message_queue *self) {
  self->seen = self->granted;
}

#endif
