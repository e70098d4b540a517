/*
** round_robin.c - see round_robin.h.
*/

#include "host/sim/net/round_robin.h"

#include <stdlib.h>

enum { FIRST_ROOM = 4 };

void pipes_init(struct pipes *self, enum pipes_side side) {
  *self = (struct pipes){.side = side};
}

void pipes_free(struct pipes *self) {
  free(self->item);
  pipes_init(self, self->side);
}

static int place_of(const struct pipes *self, const struct pipe *pipe) {
  return pipe->place[self->side];
}

bool pipes_has(const struct pipes *self, const struct pipe *pipe) {
  int place = place_of(self, pipe);
  return place >= 0 && place < self->count && self->item[place] == pipe;
}

static void swap(struct pipes *self, int a, int b) {
  struct pipe *first = self->item[a], *second = self->item[b];
  self->item[a] = second;
  self->item[b] = first;
  second->place[self->side] = a;
  first->place[self->side] = b;
}

int pipes_add(struct pipes *self, struct pipe *pipe) {
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

/* Take an active one out of the active ones. */
static void retire(struct pipes *self, int place) {
  self->active--;
  swap(self, place, self->active);
  if (self->current == self->active) self->current = 0;
}

void pipes_remove(struct pipes *self, struct pipe *pipe) {
  if (!pipes_has(self, pipe)) return;
  if (place_of(self, pipe) < self->active) retire(self, place_of(self, pipe));
  swap(self, place_of(self, pipe), self->count - 1);
  self->count--;
  pipe->place[self->side] = -1;
}

void pipes_activate(struct pipes *self, struct pipe *pipe) {
  if (!pipes_has(self, pipe) || place_of(self, pipe) < self->active) return;
  swap(self, place_of(self, pipe), self->active++);
}

void pipes_deactivate(struct pipes *self, struct pipe *pipe) {
  if (pipes_has(self, pipe) && place_of(self, pipe) < self->active) {
    retire(self, place_of(self, pipe));
  }
}

struct message *pipes_peek(struct pipes *self) {
  while (self->active > 0) {
    struct message *message = pipe_peek(self->item[self->current]);
    if (message != NULL) return message;
    retire(self, self->current);
  }
  return NULL;
}

struct message *pipes_receive(struct pipes *self, struct pipe **from) {
  if (pipes_peek(self) == NULL) return NULL;
  struct pipe *pipe = self->item[self->current];
  if (from != NULL) *from = pipe;
  self->current = (self->current + 1) % self->active;
  return pipe_read(pipe);
}

struct pipe *pipes_writable(struct pipes *self) {
  while (self->active > 0) {
    struct pipe *pipe = self->item[self->current];
    if (pipe_check_write(pipe)) return pipe;
    retire(self, self->current);
  }
  return NULL;
}

void pipes_advance(struct pipes *self) {
  if (++self->current >= self->active) self->current = 0;
}
