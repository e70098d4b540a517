/*
** message.h - a whole message, as brokers and loads handle it.
**
** Frames are moved, never copied. A message in here is short: one with more
** frames than fit ends the program, since only our own programs send any.
*/

#ifndef BENCH_MESSAGE_H
#define BENCH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <zmq.h>

enum { MESSAGE_ROOM = 16 };

struct message {
  int count;
  zmq_msg_t frame[MESSAGE_ROOM]; /* the first 'count' are initialised */
};

/* Receive into an empty message. False, and empty, if there is none (EAGAIN). */
bool message_receive(struct message *self, void *socket, int flags);

/* Send all frames; the message is empty then. False: the queue is full (and
** 'flags' say not to wait), or a ROUTER knows no such peer; the message is
** dropped. */
bool message_send(struct message *self, void *socket, int flags);

/* Append a frame: a copy of bytes, or a frame that is moved in. */
void message_add(struct message *self, const void *data, size_t size);
void message_move(struct message *self, zmq_msg_t *frame);

void message_clear(struct message *self);

/* Does frame number 'index' exist and hold exactly these bytes? */
bool message_is(const struct message *self, int index, const void *data, size_t size);

#endif
