/*
** arena_profile.c - see arena_profile.h. Without memory nothing is known, and all blocks stay.
*/

#include "host/sim/base/arena_profile.h"

#include <stdlib.h>

enum { STEP = 16, FIRST_ROOM = 4096 };

void arena_profile_note(struct arena_profile *self, size_t place) {
  if (self->count == self->room) {
    size_t room = self->room > 0 ? self->room * 2 : FIRST_ROOM;
    uint32_t *places = realloc(self->places, room * sizeof *places);
    if (places == NULL) return;
    self->places = places;
    self->room = room;
  }
  self->places[self->count++] = (uint32_t)(place / STEP);
}

/* Does one of the pieces, in order, hold this place? */
static bool holds(const struct arena_hole *list, size_t count, size_t place) {
  size_t low = 0, high = count;
  while (low < high) { /* the first that ends behind it */
    size_t middle = (low + high) / 2;
    if (list[middle].to > place) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low < count && list[low].from <= place;
}

/* Of the blocks that were made at one place only the last may be there. */
void arena_profile_finish(struct arena_profile *self, const struct arena_hole *free_blocks,
                          size_t count) {
  uint32_t most = 0;
  for (size_t i = 0; i < self->count; i++) {
    if (self->places[i] > most) most = self->places[i];
  }
  unsigned char *seen = calloc(most / 8 + 1, 1);
  self->stays = calloc(self->count / 8 + 1, 1);
  if (seen == NULL || self->stays == NULL) {
    free(seen);
    arena_profile_free(self);
    return;
  }
  for (size_t i = self->count; i-- > 0;) {
    uint32_t place = self->places[i];
    bool last = (seen[place / 8] >> place % 8 & 1) == 0;
    seen[place / 8] |= (unsigned char)(1 << place % 8);
    if (last && !holds(free_blocks, count, (size_t)place * STEP)) {
      self->stays[i / 8] |= (unsigned char)(1 << i % 8);
    }
  }
  free(seen);
  free(self->places);
  self->places = NULL;
  self->room = 0;
  self->recorder = NULL;
  self->recorded = true;
}

void arena_profile_free(struct arena_profile *self) {
  free(self->places);
  free(self->stays);
  *self = (struct arena_profile){0};
}
