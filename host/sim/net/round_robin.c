/*
** round_robin.c - see round_robin.h.
*/

#include "host/sim/net/round_robin.h"

#include <stdlib.h>

enum { FIRST_ROOM = 4 };

void round_robin_init(struct round_robin *self, enum round_robin_side side) {
  *self = (struct round_robin){.side = side};
}

void round_robin_free(struct round_robin *self) {
  free(self->item);
  round_robin_init(self, self->side);
}

static int place_of(const struct round_robin *self, const struct pipe *pipe) {
  return pipe->place[self->side];
}

bool round_robin_has(const struct round_robin *self, const struct pipe *pipe) {
  int place = place_of(self, pipe);
  return place >= 0 && place < self->count && self->item[place] == pipe;
}

static void swap(struct round_robin *self, int a, int b) {
  struct pipe *first = self->item[a], *second = self->item[b];
  self->item[a] = second;
  self->item[b] = first;
  second->place[self->side] = a;
  first->place[self->side] = b;
}

int round_robin_add(struct round_robin *self, struct pipe *pipe) {
  if (self->count == self->room) {
    int room = self->room > 0 ? self->room * 2 : FIRST_ROOM;
    struct pipe **item = realloc(self->item, (size_t)room * sizeof *item);
    if (item == NULL) return -1;
    self->item = item;
    self->room = room;
  }
  self->item[self->count] = pipe;
  pipe->place[self->side] = self->count++;
  swap(self, self->active++, self->count - 1);
  return 0;
}

void round_robin_retire(struct round_robin *self, int place) {
  self->active--;
  swap(self, place, self->active);
  if (self->current == self->active) self->current = 0;
}

void round_robin_remove(struct round_robin *self, struct pipe *pipe) {
  if (!round_robin_has(self, pipe)) return;
  if (place_of(self, pipe) < self->active) round_robin_retire(self, place_of(self, pipe));
  swap(self, place_of(self, pipe), self->count - 1);
  self->count--;
  pipe->place[self->side] = -1;
}

void round_robin_activate(struct round_robin *self, struct pipe *pipe) {
  if (!round_robin_has(self, pipe) || place_of(self, pipe) < self->active) return;
  swap(self, place_of(self, pipe), self->active++);
}

void round_robin_deactivate(struct round_robin *self, struct pipe *pipe) {
  if (round_robin_has(self, pipe) && place_of(self, pipe) < self->active) {
    round_robin_retire(self, place_of(self, pipe));
  }
}

struct pipe *round_robin_writable(struct round_robin *self) {
  while (self->active > 0) {
    struct pipe *pipe = self->item[self->current];
    if (pipe_check_write(pipe)) return pipe;
    round_robin_retire(self, self->current);
  }
  return NULL;
}

void round_robin_advance(struct round_robin *self) {
  if (++self->current >= self->active) self->current = 0;
}
