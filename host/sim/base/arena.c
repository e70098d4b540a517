/*
** arena.c - see arena.h.
*/

#include "host/sim/base/arena.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* Far from where Linux puts programs, libraries, stacks and the shadow memory of
** the sanitizers. */
static const uintptr_t ARENA_BASE = UINT64_C(0x200000000000);
static const size_t ARENA_SIZE = UINT64_C(1) << 32;

enum { STEP = 16, SMALL_CLASSES = 64, SMALL = STEP * SMALL_CLASSES };

struct arena_block {
  struct arena_block *next;
};

/* Places stay mapped from one run to the next: their pages need not be made anew. */
enum { KEPT = 64 };
static const size_t KEPT_SIZE = 16 << 20;
static char *kept[KEPT];

int arena_init(struct arena *self, int number) {
  self->number = number;
  if (number < KEPT && kept[number] != NULL) {
    *self = (struct arena){.base = kept[number], .number = number};
    kept[number] = NULL;
    return 0;
  }
  void *place = (void *)(ARENA_BASE + (uintptr_t)number * ARENA_SIZE);
  void *base = mmap(place, ARENA_SIZE, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (base == MAP_FAILED) return -1;
  if (base != place) { /* a kernel that does not know the flag takes it for a hint */
    munmap(base, ARENA_SIZE);
    errno = EEXIST;
    return -1;
  }
  *self = (struct arena){.base = base, .number = number};
  return 0;
}

void arena_free(struct arena *self) {
  if (self->base == NULL) return;
  if (self->number < KEPT && self->most <= KEPT_SIZE) {
    kept[self->number] = self->base;
  } else {
    munmap(self->base, ARENA_SIZE);
  }
  self->base = NULL;
}

void arena_reset(struct arena *self) {
  self->used = 0;
  memset(self->free, 0, sizeof self->free);
}

/* Steps of 16 bytes at first, then doublings. */
static int class_of(size_t size) {
  if (size <= SMALL) return size == 0 ? 0 : (int)((size - 1) / STEP);
  return SMALL_CLASSES + 63 - __builtin_clzll((unsigned long long)(size - 1)) - 10;
}

static size_t size_of(int size_class) {
  if (size_class < SMALL_CLASSES) return (size_t)(size_class + 1) * STEP;
  return (size_t)SMALL << (size_class - SMALL_CLASSES + 1);
}

static void *take(struct arena *self, int size_class) {
  struct arena_block *block = self->free[size_class];
  if (block != NULL) {
    self->free[size_class] = block->next;
    return block;
  }
  size_t size = size_of(size_class);
  if (size > ARENA_SIZE - self->used) return NULL;
  void *fresh = self->base + self->used;
  self->used += size;
  if (self->used > self->most) self->most = self->used;
  return fresh;
}

static void give(struct arena *self, void *place, int size_class) {
  struct arena_block *block = place;
  block->next = self->free[size_class];
  self->free[size_class] = block;
}

void *arena_allocate(struct arena *self, void *block, size_t old_size, size_t size) {
  if (block == NULL) return size == 0 || size > ARENA_SIZE ? NULL : take(self, class_of(size));
  int old_class = class_of(old_size);
  if (size == 0) {
    give(self, block, old_class);
    return NULL;
  }
  if (size > ARENA_SIZE) return NULL;
  int new_class = class_of(size);
  if (new_class == old_class) return block;
  void *moved = take(self, new_class);
  if (moved == NULL) return NULL;
  memcpy(moved, block, old_size < size ? old_size : size);
  give(self, block, old_class);
  return moved;
}
