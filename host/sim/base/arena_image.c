/*
** arena_image.c - see arena_image.h. Holes of the arena are not copied.
*/

#include "host/sim/base/arena_image.h"

#include <stdlib.h>
#include <string.h>

struct arena_image {
  struct arena arena;
  size_t size;
  char *bytes;
};

/* The end of what is used between the hole before this one, or the beginning, and it; and where the
** next begins. */
static size_t part_end(const struct arena *arena, int hole) {
  return hole < arena->hole_count ? arena->holes[hole].from : arena->part[0].used;
}
static size_t part_start(const struct arena *arena, int hole) {
  return hole > 0 ? arena->holes[hole - 1].to : 0;
}

static struct arena_hole *copy_holes(const struct arena *arena) {
  struct arena_hole *holes = calloc((size_t)arena->hole_count + 1, sizeof *holes);
  if (holes == NULL) return NULL;
  for (int i = 0; i < arena->hole_count; i++) holes[i] = arena->holes[i];
  return holes;
}

struct arena_image *arena_image_new(const struct arena *arena) {
  struct arena_image *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->arena = *arena;
  self->arena.holes = copy_holes(arena);
  for (int i = 0; i <= arena->hole_count; i++) {
    self->size += part_end(arena, i) - part_start(arena, i);
  }
  self->bytes = malloc(self->size + 1);
  if (self->arena.holes == NULL || self->bytes == NULL) {
    arena_image_free(self);
    return NULL;
  }
  char *to = self->bytes;
  for (int i = 0; i <= arena->hole_count; i++) {
    size_t start = part_start(arena, i), size = part_end(arena, i) - start;
    memcpy(to, arena->base + start, size);
    to += size;
  }
  return self;
}

void arena_image_free(struct arena_image *self) {
  free(self->arena.holes);
  free(self->bytes);
  free(self);
}

size_t arena_image_size(const struct arena_image *self) {
  return self->size;
}

int arena_image_restore(const struct arena_image *self, struct arena *arena) {
  struct arena_hole *holes = copy_holes(&self->arena);
  if (holes == NULL) return -1;
  free(arena->holes);
  size_t most = arena->most > self->arena.most ? arena->most : self->arena.most;
  *arena = self->arena;
  arena->holes = holes;
  arena->most = most;
  const char *from = self->bytes;
  for (int i = 0; i <= arena->hole_count; i++) {
    size_t start = part_start(arena, i), size = part_end(arena, i) - start;
    memcpy(arena->base + start, from, size);
    from += size;
  }
  return 0;
}
