/*
** world.c - a node's place on a loop: clock, chance, memory, turns, and the
** table of functions through which a node sees the real world.
*/

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "host/real/context.h"
#include "host/real/guest_loop.h"
#include "host/real/input.h"
#include "host/real/loop.h"
#include "host/real/os/clock.h"
#include "host/real/store.h"
#include "host/real/zmq_socket.h"

static int64_t now(struct world *world) {
  (void)world;
  return clock_us(CLOCK_MONOTONIC);
}

static int64_t wall(struct world *world) {
  (void)world;
  return clock_us(CLOCK_REALTIME);
}

/* Good enough for keys. A number that was given out is not kept. */
static int64_t cpu(struct world *world) {
  (void)world;
  return clock_us(CLOCK_THREAD_CPUTIME_ID);
}

static uint64_t random_number(struct world *world) {
  struct real_loop *loop = real_world(world)->loop;
  while (loop->random_left == 0) {
    ssize_t size = getrandom(loop->random, sizeof loop->random, 0);
    if (size > 0) loop->random_left = (int)(size / (ssize_t)sizeof loop->random[0]);
  }
  uint64_t number = loop->random[--loop->random_left];
  loop->random[loop->random_left] = 0;
  return number;
}

static void *allocate(struct world *world, void *block, size_t old_size, size_t size) {
  return memory_pool_allocate(&real_world(world)->loop->pool, block, old_size, size);
}

static unsigned hash_seed(struct world *world) {
  return (unsigned)random_number(world);
}

static void schedule(struct world *world) {
  real_world_schedule(real_world(world));
}

static void wake_at(struct world *world, int64_t time) {
  struct real_world *self = real_world(world);
  timers_set(&self->loop->wake_ups, &self->wake_up, time); /* moves it: can't fail */
}

static void wake_up(struct timer *timer) {
  real_world_schedule(list_entry(timer, struct real_world, wake_up));
}

static void signal_arrived(void *arg, int number) {
  struct real_world *self = arg;
  real_world_schedule(self);
  self->base.user->signal(self->base.node, number);
}

static int watch_signal(struct world *world, int number, bool on) {
  struct real_world *self = real_world(world);
  return signals_watch(&self->signals, &self->loop->uv, number, on, signal_arrived, self);
}

static void write_log(struct world *world, enum world_level level, const char *text, size_t size) {
  struct real_world *self = real_world(world);
  log_line(&self->loop->process->log, self->name, level, text, size);
}

static void write_signal_safe(struct world *world, const char *text) {
  log_signal_safe(real_world(world)->name, text);
}

static void ended(struct world *world, int status) {
  struct real_world *self = real_world(world);
  if (self->ended) return;
  self->ended = true;
  self->status = status;
  signals_unwatch_all(&self->signals);
  wake_at(world, WORLD_NEVER);
  list_append(&self->loop->ended, &self->link);
}

static const struct world_functions functions = {
    .now = now,
    .wall = wall,
    .cpu = cpu,
    .random = random_number,
    .allocate = allocate,
    .hash_seed = hash_seed,
    .schedule = schedule,
    .wake_at = wake_at,
    .watch_signal = watch_signal,
    .log = write_log,
    .log_signal_safe = write_signal_safe,
    .note = NULL,
    .ended = ended,
    .open = real_socket_new,
    .set = real_socket_set,
    .get = real_socket_get,
    .bind = real_socket_bind,
    .unbind = real_socket_unbind,
    .connect = real_socket_connect,
    .disconnect = real_socket_disconnect,
    .monitor = real_socket_monitor,
    .send = real_socket_send,
    .receive = real_socket_receive,
    .watch = real_socket_watch,
    .close = real_socket_close,
    .open_store = real_store_open,
    .open_input = real_input_open,
};

struct world *real_world_new(struct real_loop *loop, const char *name,
                             const struct world_user *user) {
  size_t name_size = strlen(name) + 1;
  struct real_world *self = calloc(1, sizeof *self + name_size);
  if (self == NULL) return NULL;
  self->base =
      (struct world){.functions = &functions, .user = user, .frames = &loop->frames, .lends = true};
  self->loop = loop;
  memcpy(self->name, name, name_size);
  list_init(&self->link);
  list_init(&self->signals);
  timer_init(&self->wake_up, wake_up);
  if (timers_set(&loop->wake_ups, &self->wake_up, WORLD_NEVER) != 0) {
    free(self);
    return NULL;
  }
  loop->living++;
  real_world_schedule(self);
  return &self->base;
}

void real_world_free(struct world *world) {
  if (world == NULL) return;
  struct real_world *self = real_world(world);
  if (!self->ended) {
    signals_unwatch_all(&self->signals);
    self->loop->living--;
  }
  guest_loop_free(self->guest);
  timers_cancel(&self->loop->wake_ups, &self->wake_up);
  stall_watch_forget();
  list_remove(&self->link);
  free(self);
}
