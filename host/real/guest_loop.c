/*
** guest_loop.c - see guest_loop.h.
**
** The node may have started something in its turn, which libuv takes up when the loop
** is run: so it is run after each turn, and costs a node without one nothing.
*/

#include "host/real/guest_loop.h"

#include <stdbool.h>
#include <stdlib.h>

#include "host/real/loop.h"
#include "host/real/os/clock.h"
#include "host/real/os/descriptor.h"

struct guest_loop {
  struct descriptor descriptor; /* the loop's own */
  struct timer timer;           /* when its next timer is due */
  struct real_world *world;
  uv_loop_t *uv;
};

static void readable(struct descriptor *descriptor) {
  struct guest_loop *self = list_entry(descriptor, struct guest_loop, descriptor);
  real_world_schedule(self->world);
}

static void due(struct timer *timer) {
  real_world_schedule(list_entry(timer, struct guest_loop, timer)->world);
}

/* At the end of the world's turn: have its callbacks called, without waiting. */
static void run(struct real_world *world) {
  struct guest_loop *self = world->guest;
  uv_run(self->uv, UV_RUN_NOWAIT);
  if (world->guest != self) return; /* a callback has ended it */
  int ms = uv_backend_timeout(self->uv);
  struct timers *timers = &world->loop->wake_ups;
  if (ms == 0 && uv_loop_alive(self->uv)) {
    real_world_schedule(world);
  } else if (ms > 0) {
    timers_set(timers, &self->timer, clock_us(CLOCK_MONOTONIC) + (int64_t)ms * 1000);
  } else {
    timers_cancel(timers, &self->timer);
  }
}

int real_world_run_guest(struct world *world, uv_loop_t *uv) {
  struct real_world *host = real_world(world);
  guest_loop_free(host->guest);
  host->guest = NULL;
  host->after_turn = NULL;
  if (uv == NULL) return 0;
  struct guest_loop *self = calloc(1, sizeof *self);
  if (self == NULL) return -1;
  self->world = host;
  self->uv = uv;
  timer_init(&self->timer, due);
  list_init(&self->descriptor.link);
  if (descriptor_open(&self->descriptor, &host->loop->uv, &host->loop->dirty, uv_backend_fd(uv),
                      readable) != 0) {
    free(self);
    return -1;
  }
  host->guest = self;
  host->after_turn = run;
  real_world_schedule(host);
  return 0;
}

void guest_loop_free(struct guest_loop *self) {
  if (self == NULL) return;
  descriptor_close(&self->descriptor);
  timers_cancel(&self->world->loop->wake_ups, &self->timer);
  free(self);
}
