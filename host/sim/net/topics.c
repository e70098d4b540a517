/*
** topics.c - see topics.h.
*/

#include "host/sim/net/topics.h"

#include <stdlib.h>
#include <string.h>

enum { FEW = 8, FIRST_ROOM = 4 };

void topics_free(struct topics *self) {
  for (int i = 0; i < self->count; i++) {
    free(self->item[i].data);
    free(self->item[i].pipe);
  }
  free(self->item);
  *self = (struct topics){0};
}

static int compare(const struct topic *topic, const void *data, size_t size) {
  size_t common = topic->size < size ? topic->size : size;
  int order = common > 0 ? memcmp(topic->data, data, common) : 0;
  if (order != 0) return order;
  return topic->size < size ? -1 : topic->size > size;
}

/* Where it is, or belongs. */
static int place_of(const struct topics *self, const void *data, size_t size, bool *found) {
  int low = 0, high = self->count;
  *found = false;
  while (low < high) {
    int middle = (low + high) / 2;
    int order = compare(&self->item[middle], data, size);
    if (order == 0) {
      *found = true;
      return middle;
    }
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

struct topic *topics_find(struct topics *self, const void *data, size_t size) {
  bool found;
  int place = place_of(self, data, size, &found);
  return found ? &self->item[place] : NULL;
}

static int make_room(struct topics *self) {
  if (self->count < self->room) return 0;
  int room = self->room > 0 ? self->room * 2 : FIRST_ROOM;
  struct topic *item = realloc(self->item, (size_t)room * sizeof *item);
  if (item == NULL) return -1;
  self->item = item;
  self->room = room;
  return 0;
}

struct topic *topics_add(struct topics *self, const void *data, size_t size) {
  bool found;
  int place = place_of(self, data, size, &found);
  if (found) return &self->item[place];
  unsigned char *copy = malloc(size > 0 ? size : 1);
  if (copy == NULL || make_room(self) != 0) {
    free(copy);
    return NULL;
  }
  if (size > 0) memcpy(copy, data, size);
  struct topic *topic = &self->item[place];
  memmove(topic + 1, topic, (size_t)(self->count - place) * sizeof *topic);
  self->count++;
  *topic = (struct topic){.data = copy, .size = size};
  if (size > self->longest) self->longest = size;
  return topic;
}

void topics_remove(struct topics *self, struct topic *topic) {
  free(topic->data);
  free(topic->pipe);
  self->count--;
  memmove(topic, topic + 1, (size_t)(self->item + self->count - topic) * sizeof *topic);
}

static int find_pipe(const struct topic *self, const struct pipe *pipe) {
  for (int i = 0; i < self->pipes; i++) {
    if (self->pipe[i] == pipe) return i;
  }
  return -1;
}

int topic_add_pipe(struct topic *self, struct pipe *pipe) {
  if (find_pipe(self, pipe) >= 0) return 0;
  if (self->pipes == self->room) {
    int room = self->room > 0 ? self->room * 2 : FIRST_ROOM;
    struct pipe **grown = realloc(self->pipe, (size_t)room * sizeof(struct pipe *));
    if (grown == NULL) return -1;
    self->pipe = grown;
    self->room = room;
  }
  self->pipe[self->pipes++] = pipe;
  return self->pipes == 1;
}

bool topic_remove_pipe(struct topic *self, struct pipe *pipe) {
  int place = find_pipe(self, pipe);
  if (place < 0) return false;
  self->pipe[place] = self->pipe[--self->pipes];
  return true;
}

void topics_match(struct topics *self, const void *data, size_t size,
                  bool (*visit)(void *arg, struct topic *topic), void *arg) {
  if (self->count <= FEW) {
    for (int i = 0; i < self->count; i++) {
      struct topic *topic = &self->item[i];
      if (topic->size > size || (topic->size > 0 && memcmp(topic->data, data, topic->size) != 0)) {
        continue;
      }
      if (!visit(arg, topic)) return;
    }
    return;
  }
  size_t most = size < self->longest ? size : self->longest;
  for (size_t length = 0; length <= most; length++) {
    struct topic *topic = topics_find(self, data, length);
    if (topic != NULL && !visit(arg, topic)) return;
  }
}
