/*
** timers.c - see timers.h.
*/

#include "host/core/timers.h"

#include <stdlib.h>

enum { CHILDREN = 4, FIRST_ROOM = 16 };

#define BEHIND (UINT64_C(1) << 63)

void timers_init(struct timers *self) {
  *self = (struct timers){0};
}

void timers_free(struct timers *self) {
  free(self->heap);
  timers_init(self);
}

void timer_init(struct timer *timer, void (*fire)(struct timer *timer)) {
  *timer = (struct timer){.index = -1, .fire = fire};
}

static bool before(const struct timer *a, const struct timer *b) {
  return a->deadline != b->deadline ? a->deadline < b->deadline : a->order < b->order;
}

static void place(struct timers *self, int index, struct timer *timer) {
  self->heap[index] = timer;
  timer->index = index;
}

static void rise(struct timers *self, int index, struct timer *timer) {
  while (index > 0) {
    int parent = (index - 1) / CHILDREN;
    if (!before(timer, self->heap[parent])) break;
    place(self, index, self->heap[parent]);
    index = parent;
  }
  place(self, index, timer);
}

static void sink(struct timers *self, int index, struct timer *timer) {
  for (;;) {
    int first = index * CHILDREN + 1;
    if (first >= self->count) break;
    int last = first + CHILDREN < self->count ? first + CHILDREN : self->count;
    int least = first;
    for (int child = first + 1; child < last; child++) {
      if (before(self->heap[child], self->heap[least])) least = child;
    }
    if (!before(self->heap[least], timer)) break;
    place(self, index, self->heap[least]);
    index = least;
  }
  place(self, index, timer);
}

/* Put 'timer' where it belongs, beginning at a place that is free. */
static void settle(struct timers *self, int index, struct timer *timer) {
  if (index > 0 && before(timer, self->heap[(index - 1) / CHILDREN])) {
    rise(self, index, timer);
  } else {
    sink(self, index, timer);
  }
}

static int make_room(struct timers *self) {
  if (self->count < self->room) return 0;
  int room = self->room > 0 ? self->room * 2 : FIRST_ROOM;
  struct timer **heap = realloc(self->heap, (size_t)room * sizeof(struct timer *));
  if (heap == NULL) return -1;
  self->heap = heap;
  self->room = room;
  return 0;
}

static int set(struct timers *self, struct timer *timer, int64_t deadline, uint64_t order) {
  int index = timer->index;
  if (index < 0) {
    if (make_room(self) != 0) return -1;
    index = self->count++;
  }
  timer->deadline = deadline;
  timer->order = order;
  settle(self, index, timer);
  return 0;
}

int timers_set(struct timers *self, struct timer *timer, int64_t deadline) {
  return set(self, timer, deadline, self->order++);
}

int timers_set_behind(struct timers *self, struct timer *timer, int64_t deadline, uint64_t rank) {
  return set(self, timer, deadline, rank | BEHIND);
}

void timers_remove(struct timers *self, struct timer *timer) {
  int index = timer->index;
  timer->index = -1;
  struct timer *last = self->heap[--self->count];
  if (last != timer) settle(self, index, last);
}

struct timer *timers_take(struct timers *self, int64_t now) {
  if (timers_next(self) > now) return NULL;
  struct timer *timer = self->heap[0];
  timers_remove(self, timer);
  return timer;
}
