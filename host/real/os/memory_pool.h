/*
** memory_pool.h - memory in small blocks, as Lua states need it: many, short-lived, and
** always given back with their size.
**
** For one thread, and all states on it. A small block has no header and is used
** again for the same size; larger ones come from malloc, as all of them do under
** the sanitizers, which could not look into a pool.
*/

#ifndef HOST_REAL_OS_MEMORY_POOL_H
#define HOST_REAL_OS_MEMORY_POOL_H

#include <stddef.h>

enum { POOL_STEP = 8, POOL_CLASSES = 64 };

struct pool_block;
struct pool_chunk;

struct memory_pool {
  struct pool_block *free[POOL_CLASSES]; /* by size, the latest first */
  struct pool_chunk *chunks;
  char *next; /* of the latest chunk: what was never given out */
  size_t left;
};

/* As lua_Alloc. */
void *memory_pool_allocate(struct memory_pool *self, void *block, size_t old_size, size_t size);

/* Free all of it: no block is in use any more. */
void memory_pool_free(struct memory_pool *self);

#endif
