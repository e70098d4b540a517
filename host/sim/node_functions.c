/*
** node_functions.c - see node_functions.h.
*/

#include "host/sim/node_functions.h"

#include <errno.h>
#include <string.h>

#include "host/sim/net/world_sockets.h"
#include "host/sim/sim_node.h"
#include "host/sim/sim_state.h"

static int64_t wall(struct world *world) {
  return sim_node_now(world) + sim_node_of(world)->wall;
}

static uint64_t next_random(struct world *world) {
  return random_next(&sim_node_of(world)->random);
}

static void *allocate(struct world *world, void *block, size_t old_size, size_t size) {
  return arena_allocate(&sim_node_of(world)->arena, block, old_size, size);
}

/* One of a few, in turn, so that a node's memory is often what it was in another run. */
static unsigned hash_seed(struct world *world) {
  enum { HASH_SEEDS = 8 };
  struct sim_node *self = sim_node_of(world);
  struct random own;
  random_seed(&own, self->sim->options.seed % HASH_SEEDS, SIM_STREAM_NODES);
  return (unsigned)(random_next(&own) + (uint64_t)self->host.index);
}

static void trim(struct world *world) {
  arena_compact(&sim_node_of(world)->arena);
}

static void schedule(struct world *world) {
  sim_host_wake(sim_host_of(world));
}

static void wake_at(struct world *world, int64_t time) {
  struct sim_node *self = sim_node_of(world);
  if (self->phase != SIM_NODE_UP) return;
  sim_node_set_alarm(self, time);
}

static int watch_signal(struct world *world, int number, bool on) {
  if (number < 1 || number >= SIM_NODE_SIGNALS) {
    errno = EINVAL;
    return -1;
  }
  sim_node_of(world)->watched[number] = on;
  return 0;
}

static void add_log(struct world *world, enum world_level level, const char *text, size_t size) {
  struct sim_node *self = sim_node_of(world);
  if (self->phase == SIM_NODE_HALTING) return;
  int number = level;
  sim_state_log(self->sim, SIM_LOG, self->host.index, &number, sizeof number, text, size);
}

static void add_note(struct world *world, const char *kind, const void *data, size_t size) {
  struct sim_node *self = sim_node_of(world);
  if (self->phase == SIM_NODE_HALTING) return;
  sim_state_log(self->sim, SIM_NOTE, self->host.index, kind, strlen(kind) + 1, data, size);
  sim_host_acted(&self->host, SIM_NOTED);
}

static void ended(struct world *world, int status) {
  sim_node_ended(sim_node_of(world), status);
}

static int64_t no_cpu(struct world *world) {
  (void)world;
  return 0;
}

static struct world_store *open_store(struct world *world, const char *path, char *reason) {
  return sim_store_open(&sim_node_of(world)->disk, path, reason);
}

static struct world_input *open_input(struct world *world) {
  return sim_input_open(&sim_node_of(world)->input);
}

const struct world_functions node_functions = {
    .now = sim_node_now,
    .wall = wall,
    .cpu = no_cpu,
    .random = next_random,
    .allocate = allocate,
    .hash_seed = hash_seed,
    .trim = trim,
    .schedule = schedule,
    .wake_at = wake_at,
    .watch_signal = watch_signal,
    .log = add_log,
    .note = add_note,
    .ended = ended,
    .open = world_sockets_open,
    .set = world_sockets_set,
    .get = world_sockets_get,
    .bind = world_sockets_bind,
    .unbind = world_sockets_release,
    .connect = world_sockets_connect,
    .disconnect = world_sockets_release,
    .monitor = world_sockets_monitor,
    .send = world_sockets_send,
    .receive = world_sockets_receive,
    .watch = world_sockets_watch,
    .close = world_sockets_close,
    .open_store = open_store,
    .open_input = open_input,
};
