/*
** message.c - see message.h.
**
** A zmq_msg_t holds no pointer to itself, so a frame changes its place by plain
** assignment, as long as only one of the two places is used afterwards.
*/

#include "host/sim/net/message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SHORT_FRAME = 255 }; /* beyond it, ZMTP's length takes eight bytes instead of one */

static const int rooms[MESSAGE_CLASSES] = {1, 2, 3, 4, 6, 8, 16, 64, MESSAGE_MAX_FRAMES};

static int class_of(int count) {
  int size_class = 0;
  while (rooms[size_class] < count) size_class++;
  return size_class;
}

void messages_free(struct messages *self) {
  for (int i = 0; i < MESSAGE_CLASSES; i++) {
    while (self->free[i] != NULL) {
      struct message *message = self->free[i];
      self->free[i] = message->next;
      free(message);
    }
  }
}

struct message *message_new(struct messages *pool, int count) {
  int size_class = class_of(count);
  struct message *message = pool->free[size_class];
  if (message != NULL) {
    pool->free[size_class] = message->next;
  } else {
    size_t room = (size_t)rooms[size_class] * sizeof(zmq_msg_t);
    message = malloc(sizeof *message + room);
    if (message == NULL) return NULL;
    message->size_class = (uint8_t)size_class;
  }
  message->next = NULL;
  message->id = 0;
  message->count = (uint16_t)count;
  message->introduction = message->subscription = false;
  return message;
}

static void recycle(struct messages *pool, struct message *message) {
  message->next = pool->free[message->size_class];
  pool->free[message->size_class] = message;
}

void message_free(struct messages *pool, struct message *message) {
  if (message == NULL) return;
  for (int i = 0; i < message->count; i++) zmq_msg_close(&message->frame[i]);
  recycle(pool, message);
}

struct message *message_copy(struct messages *pool, struct message *message) {
  struct message *copy = message_new(pool, message->count);
  if (copy == NULL) return NULL;
  for (int i = 0; i < message->count; i++) {
    zmq_msg_init(&copy->frame[i]);
    zmq_msg_copy(&copy->frame[i], &message->frame[i]);
  }
  copy->id = message->id;
  copy->bytes = message->bytes;
  copy->introduction = message->introduction;
  copy->subscription = message->subscription;
  return copy;
}

struct message *message_join(struct messages *pool, struct message *first, struct message *second) {
  if (first == NULL || second == NULL) return second;
  int count = first->count + second->count;
  struct message *both = count <= MESSAGE_MAX_FRAMES ? message_new(pool, count) : NULL;
  if (both != NULL) {
    memcpy(both->frame, first->frame, first->count * sizeof(zmq_msg_t));
    memcpy(&both->frame[first->count], second->frame, second->count * sizeof(zmq_msg_t));
    both->id = second->id;
    message_weigh(both);
    first->count = second->count = 0;
  }
  message_free(pool, first);
  message_free(pool, second);
  return both;
}

struct message *message_take(struct messages *pool, struct frames *frames, int skip, int prefix) {
  int count = frames->count - skip;
  struct message *message = message_new(pool, prefix + count);
  if (message == NULL) return NULL;
  for (int i = 0; i < prefix; i++) zmq_msg_init(&message->frame[i]);
  for (int i = 0; i < skip; i++) zmq_msg_close(&frames->frame[i]);
  memcpy(&message->frame[prefix], &frames->frame[skip], (size_t)count * sizeof(zmq_msg_t));
  frames->count = 0;
  message->id = ++pool->made;
  message_weigh(message);
  return message;
}

struct message *message_make(struct messages *pool, const void *data, size_t size) {
  struct message *message = message_new(pool, 1);
  if (message == NULL) return NULL;
  if (message_fill(&message->frame[0], data, size) != 0) {
    message->count = 0;
    message_free(pool, message);
    return NULL;
  }
  message_weigh(message);
  return message;
}

int message_give(struct messages *pool, struct message *message, int first, struct frames *frames) {
  int count = message->count - first;
  if (frames->count + count > WORLD_MAX_FRAMES) {
    message_free(pool, message);
    frames_clear(frames);
    errno = EMSGSIZE;
    return -1;
  }
  for (int i = 0; i < first; i++) zmq_msg_close(&message->frame[i]);
  memcpy(&frames->frame[frames->count], &message->frame[first], (size_t)count * sizeof(zmq_msg_t));
  frames->count += count;
  recycle(pool, message);
  return 0;
}

void message_weigh(struct message *message) {
  uint32_t bytes = 0;
  for (int i = 0; i < message->count; i++) {
    size_t size = zmq_msg_size(&message->frame[i]);
    bytes += (uint32_t)size + (size > SHORT_FRAME ? 9 : 2);
  }
  message->bytes = bytes;
}

bool message_is_bottom(struct message *message, int frame) {
  return frame + 1 < message->count && zmq_msg_size(&message->frame[frame]) == 0;
}

int message_fill(zmq_msg_t *frame, const void *data, size_t size) {
  if (zmq_msg_init_size(frame, size) != 0) return -1;
  if (size > 0) memcpy(zmq_msg_data(frame), data, size);
  return 0;
}
