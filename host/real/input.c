/*
** input.c - see input.h.
*/

#include "host/real/input.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/real/context.h"
#include "host/real/loop.h"
#include "host/real/os/clock.h"
#include "host/real/os/descriptor.h"
#include "host/real/os/line_reader.h"

enum { BACKGROUND_US = 250000 }; /* from one look to the next whether it is over */

struct real_input {
  struct world_input base; /* first */
  struct real_loop *loop;
  struct line_reader *reader; /* the process's */
  struct descriptor descriptor;
  struct timer again; /* for what no descriptor tells of */
};

static void readable(struct descriptor *descriptor) {
  struct real_input *self = list_entry(descriptor, struct real_input, descriptor);
  line_reader_seen(self->reader);
  self->base.ready(self->base.source);
}

static bool is_watched(const struct real_input *self) {
  return line_reader_descriptor(self->reader) >= 0;
}

/* A process that was in the background looks whether there is something to read, and only
** then again whether it may. */
static void look_again(struct timer *timer) {
  struct real_input *self = list_entry(timer, struct real_input, again);
  if (is_watched(self)) {
    line_reader_watch(self->reader);
  } else {
    self->base.ready(self->base.source);
  }
}

static enum world_line_kind take(struct world_input *base, struct world_line *line) {
  struct real_input *self = (struct real_input *)base;
  enum world_line_kind kind = line_reader_take(self->reader, line);
  if (kind != WORLD_LINE_NONE) return kind;
  bool waits = line_reader_is_in_background(self->reader);
  if (is_watched(self) && !waits) {
    line_reader_watch(self->reader);
  } else {
    int64_t now = clock_us(CLOCK_MONOTONIC);
    timers_set(&self->loop->wake_ups, &self->again, waits ? now + BACKGROUND_US : now);
  }
  return kind;
}

static void close_input(struct world_input *base) {
  struct real_input *self = (struct real_input *)base;
  if (is_watched(self)) descriptor_close(&self->descriptor);
  timers_cancel(&self->loop->wake_ups, &self->again);
  atomic_store(&self->loop->process->input_taken, false);
  free(self);
}

static const struct world_input_functions functions = {.take = take, .close = close_input};

/* Room in the heap of timers for 'again', so that setting it can't fail. */
static bool reserve_timer(struct real_input *self) {
  struct timers *timers = &self->loop->wake_ups;
  timer_init(&self->again, look_again);
  return timers_set(timers, &self->again, WORLD_NEVER) == 0;
}

static int start(struct real_input *self, struct real_process *process) {
  if (process->input == NULL) process->input = line_reader_new(STDIN_FILENO);
  self->reader = process->input;
  if (self->reader == NULL || !reserve_timer(self)) return -1;
  int file = line_reader_descriptor(self->reader);
  struct real_loop *loop = self->loop;
  if (file < 0 ||
      descriptor_open(&self->descriptor, &loop->uv, &loop->dirty, file, readable) == 0) {
    return 0;
  }
  timers_cancel(&loop->wake_ups, &self->again);
  return -1;
}

struct world_input *real_input_open(struct world *world) {
  struct real_loop *loop = real_world(world)->loop;
  struct real_process *process = loop->process;
  if (atomic_exchange(&process->input_taken, true)) {
    errno = EBUSY;
    return NULL;
  }
  struct real_input *self = calloc(1, sizeof *self);
  if (self != NULL) {
    self->base.functions = &functions;
    self->loop = loop;
    if (start(self, process) == 0) return &self->base;
  }
  int reason = errno;
  free(self);
  atomic_store(&process->input_taken, false);
  errno = reason;
  return NULL;
}
