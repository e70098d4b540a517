/*
** message.h - a whole message on its way through the simulated network.
**
** Messages come from a pool by number of frames, so that one in transit costs
** no malloc. Knows zmq_msg_t, not where a message goes.
*/

#ifndef HOST_SIM_NET_MESSAGE_H
#define HOST_SIM_NET_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/world.h"

enum { MESSAGE_MAX_FRAMES = WORLD_MAX_FRAMES + 2 }; /* an envelope may be put before */
enum { MESSAGE_CLASSES = 9 };

struct message {
  struct message *next;
  int64_t arrival; /* while on a wire: when it gets there */
  uint64_t id;     /* counts the messages of a run; a copy keeps it */
  uint32_t bytes;  /* on the wire, framing included */
  uint16_t count;
  uint8_t size_class;
  bool subscription; /* made by the network: over inproc only a publisher sees its first byte */
  bool introduction; /* a peer's routing id, not a message of its own */
  zmq_msg_t frame[];
};

struct messages {
  struct message *free[MESSAGE_CLASSES];
  uint64_t made; /* ids given */
};

void messages_free(struct messages *self); /* what the pool keeps, not what is in use */

/* A message with room for 'count' frames, none of them initialised; NULL and
** ENOMEM when there is no memory. */
struct message *message_new(struct messages *pool, int count);
void message_free(struct messages *pool, struct message *message); /* also NULL */
struct message *message_copy(struct messages *pool, struct message *message);
/* The frames of both as one message, with the id of 'second'; both are gone. 'first' may be NULL.
** NULL when either is too long for that, or there is no memory. */
struct message *message_join(struct messages *pool, struct message *first, struct message *second);

/* Take all frames out of the table but the first 'skip', which are closed, and
** put them behind 'prefix' frames that are empty. The message gets its id. */
struct message *message_take(struct messages *pool, struct frames *frames, int skip, int prefix);
/* A message of one frame, with no id: the network's own. */
struct message *message_make(struct messages *pool, const void *data, size_t size);

/* Put the frames from 'first' on into the table, behind 'skip' that are in it,
** and free the message. -1 and EMSGSIZE if they are too many; then they are
** lost, and the table is empty. */
int message_give(struct messages *pool, struct message *message, int first, struct frames *frames);

/* Add up the size on the wire, after the frames are in place. */
void message_weigh(struct message *message);

/* Is this frame empty, and not the last one: the end of an envelope? */
bool message_is_bottom(struct message *message, int frame);

/* A frame with this content; -1 and ENOMEM. */
int message_fill(zmq_msg_t *frame, const void *data, size_t size);

#endif
