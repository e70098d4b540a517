/*
** arena_profile.h - which of the blocks that a program makes when it begins stay, known from
*another
** that began in the same way.
**
** A wrong guess does no harm but that a page holds less than it could.
*/

#ifndef HOST_SIM_BASE_ARENA_PROFILE_H
#define HOST_SIM_BASE_ARENA_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* A piece of an arena: from its beginning, in bytes. */
struct arena_hole {
  size_t from, to;
};

struct arena_profile {
  const struct arena *recorder; /* whose blocks are noted; NULL: of none */
  bool recorded;
  size_t count, room;
  uint32_t *places;     /* of each block, in steps of 16 bytes: while it is recorded */
  unsigned char *stays; /* a bit a block */
};

/* A block was made at this place. */
void arena_profile_note(struct arena_profile *self, size_t place);

/* Blocks that are not in this list, which is in order of place, stay. */
void arena_profile_finish(struct arena_profile *self, const struct arena_hole *free_blocks,
                          size_t count);

static inline bool arena_profile_stays(const struct arena_profile *self, size_t block) {
  return block >= self->count || (self->stays[block / 8] >> block % 8 & 1) != 0;
}

void arena_profile_free(struct arena_profile *self);

#endif
