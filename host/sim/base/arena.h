/*
** arena.h - memory whose addresses repeat: the same calls give the same
** addresses, in any process.
**
** A script can see addresses (they order its tables), so each node's memory is
** at a fixed place, given out and reused by fixed rules. Knows nothing of nodes
** but their number.
*/

#ifndef HOST_SIM_BASE_ARENA_H
#define HOST_SIM_BASE_ARENA_H

#include <stddef.h>

#include "host/sim/base/arena_profile.h"

enum { ARENA_CLASSES = 128 };

struct arena_block;

struct arena_part {
  size_t from, used;                       /* 'used' behind 'from' */
  struct arena_block *free[ARENA_CLASSES]; /* by size class, the latest first */
};

/* What stays is in the first part; the second has what is known to go soon. */
enum { ARENA_PARTS = 2 };

struct arena {
  char *base;
  size_t most; /* ever used of the first part */
  int number, hole_count;
  struct arena_hole *holes; /* pages that are given out no more, in order of place */
  struct arena_part part[ARENA_PARTS];
  struct arena_profile *profile; /* of what is begun; NULL: not asked */
  size_t made;                   /* blocks since then */
};

/* The place of this number; -1 and errno. */
int arena_init(struct arena *self, int number);
void arena_free(struct arena *self);

/* Forget all blocks. */
void arena_reset(struct arena *self);

/* From now on blocks are made in the order in which they were for an arena of the same profile, and
** what did not stay there is made in the second part; until arena_compact. The first to have the
** profile makes it. */
void arena_follow(struct arena *self, struct arena_profile *profile);

/* Give pages that hold nothing but free blocks back to the system. Their places are not used again:
** there are more than a run can need. Without memory for the list nothing is done, and the caller
*is
** told by -1: addresses of later blocks would be others. */
int arena_compact(struct arena *self);

/* As lua_Alloc. */
void *arena_allocate(struct arena *self, void *block, size_t old_size, size_t size);

#endif
