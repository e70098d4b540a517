/*
** message.c - see message.h.
*/

#include "bench/lib/message.h"

#include <string.h>

#include "bench/lib/check.h"

bool message_receive(struct message *self, void *socket, int flags) {
  self->count = 0;
  do {
    check(self->count < MESSAGE_ROOM, "a message of too many frames");
    zmq_msg_t *frame = &self->frame[self->count];
    zmq_msg_init(frame);
    if (zmq_msg_recv(frame, socket, flags) < 0) {
      check(errno == EAGAIN, "zmq_msg_recv");
      return false; /* only the first frame can be missing, and it owns nothing */
    }
    self->count++;
  } while (zmq_msg_more(&self->frame[self->count - 1]));
  return true;
}

bool message_send(struct message *self, void *socket, int flags) {
  for (int i = 0; i < self->count; i++) {
    int more = i + 1 < self->count ? ZMQ_SNDMORE : 0;
    if (zmq_msg_send(&self->frame[i], socket, more | flags) < 0) {
      check(errno == EAGAIN || errno == EHOSTUNREACH, "zmq_msg_send");
      message_clear(self);
      return false;
    }
  }
  self->count = 0;
  return true;
}

void message_add(struct message *self, const void *data, size_t size) {
  check(self->count < MESSAGE_ROOM, "a message of too many frames");
  zmq_msg_t *frame = &self->frame[self->count++];
  check(zmq_msg_init_size(frame, size) == 0, "zmq_msg_init_size");
  memcpy(zmq_msg_data(frame), data, size);
}

void message_move(struct message *self, zmq_msg_t *frame) {
  check(self->count < MESSAGE_ROOM, "a message of too many frames");
  zmq_msg_init(&self->frame[self->count]);
  zmq_msg_move(&self->frame[self->count++], frame);
}

void message_clear(struct message *self) {
  while (self->count > 0) zmq_msg_close(&self->frame[--self->count]);
}

bool message_is(const struct message *self, int index, const void *data, size_t size) {
  if (index >= self->count) return false;
  zmq_msg_t *frame = (zmq_msg_t *)&self->frame[index]; /* libzmq reads it only */
  return zmq_msg_size(frame) == size && memcmp(zmq_msg_data(frame), data, size) == 0;
}
