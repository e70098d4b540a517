/*
** arena.c - see arena.h.
*/

#include "host/sim/base/arena.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Far from where Linux puts programs, libraries, stacks and the shadow memory of
** the sanitizers. */
static const uintptr_t ARENA_BASE = UINT64_C(0x200000000000);
static const size_t ARENA_SIZE = UINT64_C(1) << 32;
static const size_t PART_SIZE = UINT64_C(1) << 31;

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
    arena_reset(self);
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
  arena_reset(self);
  return 0;
}

/* One that records has ended before it was over. */
static void leave_profile(struct arena *self) {
  if (self->profile != NULL && self->profile->recorder == self) arena_profile_free(self->profile);
  self->profile = NULL;
}

void arena_free(struct arena *self) {
  if (self->base == NULL) return;
  leave_profile(self);
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
  leave_profile(self);
  for (int i = 0; i < ARENA_PARTS; i++) {
    self->part[i] = (struct arena_part){.from = (size_t)i * PART_SIZE};
  }
}

void arena_follow(struct arena *self, struct arena_profile *profile) {
  self->profile = profile;
  self->made = 0;
  if (!profile->recorded && profile->recorder == NULL) profile->recorder = self;
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
  struct arena_part *part = &self->part[(size_t)((char *)place - self->base) / PART_SIZE];
  struct arena_block *block = place;
  block->next = part->free[size_class];
  part->free[size_class] = block;
}

/* Make free blocks of a place between others. */
static void give_all(struct arena *self, size_t from, size_t to) {
  while (from < to) {
    size_t size = to - from < SMALL ? to - from : SMALL;
    give(self, self->base + from, class_of(size));
    from += size;
  }
}

static void skip_to_page(struct arena *self, struct arena_part *part) {
  size_t page = (part->used + PAGE - 1) / PAGE * PAGE;
  give_all(self, part->from + part->used, part->from + page);
  part->used = page;
}

/* Where the next block is made. */
static struct arena_part *next_part(struct arena *self) {
  struct arena_profile *profile = self->profile;
  bool stays = profile == NULL || !profile->recorded || arena_profile_stays(profile, self->made);
  self->made++;
  return &self->part[stays ? 0 : 1];
}

static void *take_from(struct arena *self, struct arena_part *part, int size_class) {
  struct arena_block *block = part->free[size_class];
  if (block != NULL) {
    part->free[size_class] = block->next;
    return block;
  }
  size_t size = size_of(size_class);
  if (size >= PAGE) skip_to_page(self, part); /* when it is free, whole ones are */
  if (size > PART_SIZE - part->used) return NULL;
  void *fresh = self->base + part->from + part->used;
  part->used += size;
  if (self->part[0].used > self->most) self->most = self->part[0].used;
  return fresh;
}

static void *take(struct arena *self, int size_class) {
  void *block = take_from(self, next_part(self), size_class);
  struct arena_profile *profile = self->profile;
  if (block != NULL && profile != NULL && profile->recorder == self) {
    arena_profile_note(profile, (size_t)((char *)block - self->base));
  }
  return block;
}

void *arena_allocate(struct arena *self, void *block, size_t old_size, size_t size) {
  if (block == NULL) return size == 0 || size > PART_SIZE ? NULL : take(self, class_of(size));
  int old_class = class_of(old_size);
  if (size == 0) {
    give(self, block, old_class);
    return NULL;
  }
  if (size > PART_SIZE) return NULL;
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

/* Add the free blocks to a list, if that is not NULL; how many they are. */
static size_t add_free(const struct arena *self, struct arena_hole *list) {
  size_t n = 0;
  for (int i = 0; i < ARENA_PARTS * ARENA_CLASSES; i++) {
    int size_class = i % ARENA_CLASSES;
    struct arena_block *block = self->part[i / ARENA_CLASSES].free[size_class];
    for (; block != NULL; block = block->next, n++) {
      size_t from = (size_t)((char *)block - self->base);
      if (list != NULL) list[n] = (struct arena_hole){from, from + size_of(size_class)};
    }
  }
  return n;
}

/* All free blocks and holes, in order of place; NULL without memory. */
static struct arena_hole *list_free(const struct arena *self, size_t *count) {
  size_t holes = (size_t)self->hole_count;
  *count = holes + add_free(self, NULL);
  struct arena_hole *list = malloc((*count + 1) * sizeof *list);
  if (list == NULL) return NULL;
  if (holes > 0) memcpy(list, self->holes, holes * sizeof *list);
  add_free(self, list + holes);
  qsort(list, *count, sizeof *list, compare);
  return list;
}

/* Add the whole pages within what is free to a list, if that is not NULL; how many pieces. */
static int add_holes(const struct arena_hole *list, size_t count, struct arena_hole *holes) {
  int found = 0;
  for (size_t i = 0, next; i < count; i = next) {
    for (next = i + 1; next < count && list[next].from == list[next - 1].to; next++) {
    }
    size_t from = (list[i].from + PAGE - 1) / PAGE * PAGE, to = list[next - 1].to / PAGE * PAGE;
    if (from >= to) continue;
    if (holes != NULL) holes[found] = (struct arena_hole){from, to};
    found++;
  }
  return found;
}

/* Free blocks are what lies outside the holes, the first in place first: what stays is to be close
** together. */
static void list_again(struct arena *self, const struct arena_hole *list, size_t count) {
  int hole = self->hole_count - 1;
  for (int i = 0; i < ARENA_PARTS; i++) memset(self->part[i].free, 0, sizeof self->part[i].free);
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
  struct arena_hole *list = list_free(self, &count);
  if (list == NULL) return -1;
  int found = add_holes(list, count, NULL);
  struct arena_hole *holes = malloc((size_t)(found + 1) * sizeof *holes);
  if (holes == NULL) {
    free(list);
    return -1;
  }
  add_holes(list, count, holes);
  if (self->profile != NULL && self->profile->recorder == self) {
    arena_profile_finish(self->profile, list, count);
  }
  self->profile = NULL;
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
