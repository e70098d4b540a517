/*
** arena.c - see arena.h.
*/

#include "host/sim/base/arena.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Far from where Linux puts programs, libraries, stacks and the shadow memory of
** the sanitizers. */
static const uintptr_t ARENA_BASE = UINT64_C(0x200000000000);
static const size_t ARENA_SIZE = UINT64_C(1) << 32;

enum { STEP = 16, SMALL_CLASSES = 64, SMALL = STEP * SMALL_CLASSES, PAGE = 4096 };

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
  free(self->holes);
  if (self->number < KEPT && self->most <= KEPT_SIZE) {
    kept[self->number] = self->base;
  } else {
    munmap(self->base, ARENA_SIZE);
  }
  self->base = NULL;
}

void arena_reset(struct arena *self) {
  free(self->holes);
  self->holes = NULL;
  self->hole_count = 0;
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

static void give(struct arena *self, void *place, int size_class) {
  struct arena_block *block = place;
  block->next = self->free[size_class];
  self->free[size_class] = block;
}

/* Make free blocks of a place between others. */
static void give_all(struct arena *self, size_t from, size_t to) {
  while (from < to) {
    size_t size = to - from < SMALL ? to - from : SMALL;
    give(self, self->base + from, class_of(size));
    from += size;
  }
}

static void skip_to_page(struct arena *self) {
  size_t page = (self->used + PAGE - 1) / PAGE * PAGE;
  give_all(self, self->used, page);
  self->used = page;
}

static void *take(struct arena *self, int size_class) {
  struct arena_block *block = self->free[size_class];
  if (block != NULL) {
    self->free[size_class] = block->next;
    return block;
  }
  size_t size = size_of(size_class);
  if (size >= PAGE) skip_to_page(self); /* when it is free, whole ones are */
  if (size > ARENA_SIZE - self->used) return NULL;
  void *fresh = self->base + self->used;
  self->used += size;
  if (self->used > self->most) self->most = self->used;
  return fresh;
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

/* ---- pages that hold nothing ---- */

static int compare(const void *one, const void *other) {
  const struct arena_hole *a = one, *b = other;
  return (a->from > b->from) - (a->from < b->from);
}

/* All free blocks and holes, in order of place; NULL without memory. */
static struct arena_hole *list_free(const struct arena *self, size_t *count) {
  size_t n = (size_t)self->hole_count;
  for (int i = 0; i < ARENA_CLASSES; i++) {
    for (struct arena_block *block = self->free[i]; block != NULL; block = block->next) n++;
  }
  struct arena_hole *list = malloc((n + 1) * sizeof *list);
  if (list == NULL) return NULL;
  *count = n;
  n = (size_t)self->hole_count;
  if (n > 0) memcpy(list, self->holes, n * sizeof *list);
  for (int i = 0; i < ARENA_CLASSES; i++) {
    for (struct arena_block *block = self->free[i]; block != NULL; block = block->next) {
      size_t from = (size_t)((char *)block - self->base);
      list[n++] = (struct arena_hole){from, from + size_of(i)};
    }
  }
  qsort(list, n, sizeof *list, compare);
  return list;
}

/* The whole pages within what is free; NULL without memory. */
static struct arena_hole *find_holes(const struct arena_hole *list, size_t count, int *found) {
  struct arena_hole *holes = malloc((count + 1) * sizeof *holes);
  if (holes == NULL) return NULL;
  *found = 0;
  for (size_t i = 0, next; i < count; i = next) {
    for (next = i + 1; next < count && list[next].from == list[next - 1].to; next++) {
    }
    size_t from = (list[i].from + PAGE - 1) / PAGE * PAGE, to = list[next - 1].to / PAGE * PAGE;
    if (from < to) holes[(*found)++] = (struct arena_hole){from, to};
  }
  struct arena_hole *fewer = realloc(holes, (size_t)(*found + 1) * sizeof *holes);
  return fewer != NULL ? fewer : holes;
}

/* Free blocks are what lies outside the holes, the first in place first: what stays is to be close
** together. */
static void list_again(struct arena *self, const struct arena_hole *list, size_t count) {
  int hole = self->hole_count - 1;
  memset(self->free, 0, sizeof self->free);
  for (size_t i = count; i-- > 0;) {
    size_t from = list[i].from, to = list[i].to;
    while (hole >= 0 && self->holes[hole].from >= to) hole--;
    if (hole < 0 || self->holes[hole].to <= from) {
      give(self, self->base + from, class_of(to - from));
      continue;
    }
    if (self->holes[hole].to < to) give_all(self, self->holes[hole].to, to);
    if (self->holes[hole].from > from) give_all(self, from, self->holes[hole].from);
  }
}

int arena_compact(struct arena *self) {
  size_t count;
  int found;
  struct arena_hole *list = list_free(self, &count);
  struct arena_hole *holes = list != NULL ? find_holes(list, count, &found) : NULL;
  if (holes == NULL) {
    free(list);
    return -1;
  }
  free(self->holes);
  self->holes = holes;
  self->hole_count = found;
  list_again(self, list, count);
  free(list);
  for (int i = 0; i < found; i++) {
    madvise(self->base + holes[i].from, holes[i].to - holes[i].from, MADV_DONTNEED);
  }
  return 0;
}
