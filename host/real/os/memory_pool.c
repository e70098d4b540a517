/*
** memory_pool.c - see memory_pool.h.
*/

#include "host/real/os/memory_pool.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SMALL = POOL_STEP * POOL_CLASSES, CHUNK_SIZE = 1 << 16 };

struct pool_block {
  struct pool_block *next;
};

struct pool_chunk {
  struct pool_chunk *next;
  char bytes[];
};

#if defined __SANITIZE_ADDRESS__ && !defined POOL_UNDER_TEST
static bool is_small(size_t size) {
  (void)size;
  return false;
}
#else
static bool is_small(size_t size) {
  return size <= SMALL;
}
#endif

static size_t class_of(size_t size) {
  return (size - 1) / POOL_STEP;
}

/* What is left of the latest chunk is lost: less than one block. */
static bool refill(struct memory_pool *self) {
  struct pool_chunk *chunk = malloc(CHUNK_SIZE);
  if (chunk == NULL) return false;
  chunk->next = self->chunks;
  self->chunks = chunk;
  self->next = chunk->bytes;
  self->left = CHUNK_SIZE - sizeof *chunk;
  return true;
}

static void *take(struct memory_pool *self, size_t size) {
  size_t size_class = class_of(size);
  struct pool_block *block = self->free[size_class];
  if (block != NULL) {
    self->free[size_class] = block->next;
    return block;
  }
  size = (size_class + 1) * POOL_STEP;
  if (self->left < size && !refill(self)) return NULL;
  void *fresh = self->next;
  self->next += size;
  self->left -= size;
  return fresh;
}

static void give(struct memory_pool *self, void *place, size_t size) {
  struct pool_block *block = place;
  size_t size_class = class_of(size);
  block->next = self->free[size_class];
  self->free[size_class] = block;
}

static void *fresh_block(struct memory_pool *self, size_t size) {
  return is_small(size) ? take(self, size) : malloc(size);
}

static void give_back(struct memory_pool *self, void *block, size_t size) {
  if (is_small(size)) {
    give(self, block, size);
  } else {
    free(block);
  }
}

void *memory_pool_allocate(struct memory_pool *self, void *block, size_t old_size, size_t size) {
  if (block == NULL) return size > 0 ? fresh_block(self, size) : NULL;
  if (size == 0) {
    give_back(self, block, old_size);
    return NULL;
  }
  bool was_small = is_small(old_size), small = is_small(size);
  if (!was_small && !small) return realloc(block, size);
  if (was_small && small && class_of(old_size) == class_of(size)) return block;
  void *moved = fresh_block(self, size);
  if (moved == NULL) return NULL;
  memcpy(moved, block, old_size < size ? old_size : size);
  give_back(self, block, old_size);
  return moved;
}

void memory_pool_free(struct memory_pool *self) {
  while (self->chunks != NULL) {
    struct pool_chunk *next = self->chunks->next;
    free(self->chunks);
    self->chunks = next;
  }
  *self = (struct memory_pool){0};
}
