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

enum { ARENA_CLASSES = 128 };

struct arena_block;

/* Pages that are given out no more. */
struct arena_hole {
  size_t from, to;
};

struct arena {
  char *base;
  size_t used, most;
  int number, hole_count;
  struct arena_hole *holes;                /* in order of place, of what is used */
  struct arena_block *free[ARENA_CLASSES]; /* by size class, the latest first */
};

/* The place of this number; -1 and errno. */
int arena_init(struct arena *self, int number);
void arena_free(struct arena *self);

/* Forget all blocks. */
void arena_reset(struct arena *self);

/* Give pages that hold nothing but free blocks back to the system. Their places are not used again:
** there are more than a run can need. Without memory for the list nothing is done, and the caller
*is
** told by -1: addresses of later blocks would be others. */
int arena_compact(struct arena *self);

/* As lua_Alloc. */
void *arena_allocate(struct arena *self, void *block, size_t old_size, size_t size);

#endif
