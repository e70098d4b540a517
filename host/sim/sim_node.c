/*
** sim_node.c - see sim_node.h.
*/

#include "host/sim/sim_node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/crashed_peer.h"
#include "host/sim/net/heartbeat.h"
#include "host/sim/net/inproc.h"
#include "host/sim/net/world_sockets.h"
#include "host/sim/sim_state.h"

enum { MILLION = 1000000, PATIENCE = 1000 };
enum { BACK_OFF_US = 100000, BACK_OFFS = 6 }; /* before a node that failed is booted again */

/* Wall clocks begin on 2024-01-01. */
static const int64_t EPOCH = INT64_C(1704067200) * MILLION;

/* The streams of chance for disks, one a node. */
static const uint64_t DISK_STREAM = UINT64_C(1) << 61;

static void run(struct timer *timer);
static void crash(struct sim_node *self);
static void boot_again(struct timer *timer);

static void alarm_rang(struct timer *timer) {
  struct sim_node *self = list_entry(timer, struct sim_node, wake);
  self->wake_time = WORLD_NEVER;
  sim_host_wake(&self->host);
}

int sim_node_init(struct sim_node *self, struct sim *sim, int index, const char *name,
                  const char *machine, const struct world_functions *functions) {
  *self = (struct sim_node){.sim = sim,
                            .status = -1,
                            .slowness = 1,
                            .wake_time = WORLD_NEVER,
                            .functions = functions,
                            .crashed_functions = crashed_peer_functions(functions)};
  self->host.world =
      (struct world){.functions = functions, .frames = sim->frames, .is_virtual = true};
  timer_init(&self->wake, alarm_rang);
  timer_init(&self->again, boot_again);
  if (sim_host_init(&self->host, &sim->network, index, machine, run) != 0) return -1;
  sim_input_init(&self->input, &self->host);
  self->name = strdup(name);
  if (self->name == NULL) return -1;
  struct random own;
  random_seed(&own, sim->options.seed, SIM_STREAM_OWN + 2 * (uint64_t)index);
  self->clock = random_between(&own, MILLION, INT64_C(100000) * MILLION);
  self->wall = EPOCH - self->clock;
  self->disk.network = &sim->network;
  self->disk.node = self->name;
  self->disk.host = &self->host;
  random_seed(&self->disk.random, sim->options.seed, DISK_STREAM + (uint64_t)index);
  return arena_init(&self->arena, index);
}

void sim_node_free(struct sim_node *self) {
  arena_free(&self->arena);
  arena_profile_free(&self->own_profile);
  disk_free(&self->disk.disk);
  sim_input_free(&self->input);
  sim_host_free(&self->host);
  free(self->name);
}

/* Clocks. */

int64_t sim_node_now(struct world *world) {
  struct sim_node *self = sim_node_of(world);
  int64_t passed = self->sim->network.now - self->clock_since;
  if (self->rate != 0) passed += passed * self->rate / MILLION;
  return self->clock + passed;
}

/* When the node's clock will show this time. */
static int64_t moment_of(struct sim_node *self, int64_t time) {
  int64_t ahead = time - sim_node_now(&self->host.world);
  if (ahead <= 0) return self->sim->network.now;
  if (self->rate != 0) ahead = ahead * MILLION / (MILLION + self->rate) + 1;
  return self->sim->network.now + ahead;
}

static void set_alarm(struct sim_node *self) {
  if (self->wake_time == WORLD_NEVER) {
    network_cancel(&self->sim->network, &self->wake);
  } else {
    network_at(&self->sim->network, &self->wake, moment_of(self, self->wake_time));
  }
}

void sim_node_set_rate(struct sim_node *self, int64_t rate) {
  self->clock = sim_node_now(&self->host.world);
  self->clock_since = self->sim->network.now;
  self->rate = rate;
  set_alarm(self);
}

static void set_phase(struct sim_node *self, enum sim_node_phase phase) {
  self->phase = phase;
  self->host.up = phase == SIM_NODE_UP;
  self->disk.crashed = phase == SIM_NODE_HALTING;
}

void sim_node_set_alarm(struct sim_node *self, int64_t time) {
  self->wake_time = time;
  set_alarm(self);
}

/* Turns. */

static void tell(struct sim_node *self) {
  struct list *link;
  while ((link = list_first(&self->host.waiting)) != NULL) {
    struct sim_socket *socket = list_entry(link, struct sim_socket, waiting);
    if (sim_monitor_report(&socket->monitor, socket->base.source)) continue;
    list_remove(link);
    if (sim_socket_update(socket)) self->host.world.user->ready(socket->base.source);
  }
  sim_input_tell(&self->input);
  if (!self->has_signal) return;
  self->has_signal = false;
  for (int number = 1; number < SIM_NODE_SIGNALS; number++) {
    if (!self->signalled[number]) continue;
    self->signalled[number] = false;
    if (self->watched[number]) self->host.world.user->signal(self->host.world.node, number);
  }
}

/* One turn and what it costs; false when the node has nothing more to do now. */
static bool take_turn(struct sim_node *self) {
  struct sim *sim = self->sim;
  uint64_t before = self->host.world.runs;
  self->host.in_turn = true;
  self->host.wants_turn = false;
  sim->current = self;
  tell(self);
  bool more = self->host.world.user->turn(self->host.world.node, 1);
  if (self->reloads && !self->has_signal) {
    self->reloads = false;
    sim_host_acted(&self->host, SIM_RELOADED);
  }
  self->host.in_turn = false;
  sim->current = NULL;
  uint64_t ran = self->host.world.runs - before;
  sim->counts.runs += ran;
  sim->counts.turns++;
  self->host.busy_until =
      sim->network.now + self->computes + (int64_t)ran * sim->options.handler_us * self->slowness;
  self->computes = 0;
  self->idle_turns = ran > 0 ? 0 : self->idle_turns + 1;
  /* A node that asks for turns without ever using one must not stop the time. */
  if (self->idle_turns > PATIENCE) self->host.busy_until = sim->network.now + 1;
  return more || self->host.wants_turn || !list_empty(&self->host.waiting);
}

static bool boots_again(const struct sim_node *self) {
  return self->restarts && self->failures > 0;
}

static void boot_again(struct timer *timer) {
  struct sim_node *self = list_entry(timer, struct sim_node, again);
  if (!self->dead && !sim_node_boot(self)) self->sim->failed = true;
}

/* As the nodes of 'sloop up'. */
static void boot_later(struct sim_node *self) {
  struct network *network = &self->sim->network;
  int doublings = self->failures - 1 < BACK_OFFS ? self->failures - 1 : BACK_OFFS;
  set_phase(self, SIM_NODE_DOWN);
  network_at(network, &self->again, network->now + (int64_t)BACK_OFF_US * (1 << doublings));
}

static void run(struct timer *timer) {
  struct sim_node *self = list_entry(timer, struct sim_node, host.run);
  struct sim *sim = self->sim;
  if (!sim_host_runs(&self->host)) return;
  if (self->host.busy_until > sim->network.now) { /* it computes since this turn was due */
    network_at(&sim->network, timer, self->host.busy_until);
    return;
  }
  bool more;
  do {
    more = take_turn(self);
    if (self->crashes) {
      crash(self);
      return;
    }
    if (self->phase == SIM_NODE_ENDED) {
      sim_node_halt(self, SIM_NODE_ENDED);
      if (boots_again(self)) boot_later(self);
      return;
    }
    pipe_reap(&sim->network);
    connection_reap(&sim->network);
    if (!more || !sim_host_runs(&self->host)) return;
    /* Nothing can happen before the next turn? Then it needs no event. */
    if (timers_next(&sim->network.events) <= self->host.busy_until ||
        self->host.busy_until >= sim->end)
      break;
    sim->network.now = self->host.busy_until;
  } while (sim->options.max_runs == 0 || sim->counts.runs < sim->options.max_runs);
  network_at_chance(&sim->network, &self->host.run, self->host.busy_until);
}

void sim_node_compute(struct sim_node *self, int64_t us) {
  struct network *network = &self->sim->network;
  if (self->host.busy++ == 0) self->host.held = network->messages.made;
  if (self->host.in_turn) {
    self->computes += us;
  } else {
    int64_t from = self->host.busy_until > network->now ? self->host.busy_until : network->now;
    self->host.busy_until = from + us;
  }
}

void sim_node_rest(struct sim_node *self) {
  if (self->host.busy > 0) self->host.busy--;
}

void sim_node_pause(struct sim_node *self) {
  if (self->host.pauses++ > 0) return;
  network_cancel(&self->sim->network, &self->host.run);
}

void sim_node_continue(struct sim_node *self) {
  if (--self->host.pauses == 0) sim_host_wake(&self->host);
}

/* Beginning and end. */

bool sim_node_boot(struct sim_node *self) {
  struct sim *sim = self->sim;
  arena_reset(&self->arena);
  random_seed(&self->random, sim->options.seed,
              SIM_STREAM_OWN + 2 * (uint64_t)self->host.index + 1 + ((uint64_t)self->boots << 32));
  sim_state_log(sim, self->boots++ == 0 ? SIM_START : SIM_RESTART, self->host.index, NULL, 0, NULL,
                0);
  set_phase(self, SIM_NODE_UP);
  self->host.busy_until = self->host.started = sim->network.now;
  self->host.busy = 0;
  self->computes = 0;
  self->host.in_turn = true; /* nothing is to run before the boot is over */
  self->host.world.trims = sim->node_count > SIM_FEW_NODES;
  if (self->host.world.trims) arena_follow(&self->arena, self->profile);
  self->program = sim->program.boot(sim->program.context, self->host.index, &self->host.world);
  self->host.in_turn = false;
  if (self->program == NULL) {
    sim_node_halt(self, SIM_NODE_DOWN);
    return false;
  }
  sim_host_wake(&self->host);
  return true;
}

static void free_sockets(struct sim_node *self) {
  struct list *link;
  while ((link = list_first(&self->host.sockets)) != NULL) {
    world_sockets_close(&list_entry(link, struct sim_socket, link)->base, 0);
  }
}

void sim_node_halt(struct sim_node *self, enum sim_node_phase phase) {
  struct sim *sim = self->sim;
  network_cancel(&sim->network, &self->host.run);
  network_cancel(&sim->network, &self->wake);
  network_cancel(&sim->network, &self->again);
  self->wake_time = WORLD_NEVER;
  for (struct list *link = self->host.sockets.next; link != &self->host.sockets;
       link = link->next) {
    world_sockets_vanish(list_entry(link, struct sim_socket, link));
  }
  set_phase(self, SIM_NODE_HALTING);
  self->host.world.functions = &self->crashed_functions;
  if (self->program != NULL) {
    sim->program.halt(sim->program.context, self->host.index, self->program);
    self->program = NULL;
  }
  self->host.world.functions = self->functions;
  free_sockets(self);
  memset(self->watched, 0, sizeof self->watched);
  memset(self->signalled, 0, sizeof self->signalled);
  self->has_signal = false;
  self->host.world.user = NULL;
  self->host.world.node = NULL;
  set_phase(self, phase);
}

void sim_node_sweep(struct sim_node *self) {
  struct list *link;
  while ((link = list_first(&self->host.lingering)) != NULL) {
    struct pipe *pipe = list_entry(link, struct pipe, link);
    list_remove(link);
    pipe_give_up(pipe);
  }
}

/* The connections of a machine that is gone stay as they are, and carry nothing. */
static void fall_silent(struct sim_node *self) {
  struct list *all = &self->host.connections;
  struct connection_end *end = connection_first(all);
  for (; end != NULL; end = connection_after(all, end)) {
    end->connection->wire.silences++;
    end->connection->silencer = -1;
    heartbeat_reconsider(end->connection);
  }
}

static void crash(struct sim_node *self) {
  int how = self->crashes_silently;
  self->crashes = false;
  set_phase(self, SIM_NODE_UP);
  sim_state_log(self->sim, SIM_CRASHED, self->host.index, &how, sizeof how, NULL, 0);
  if (self->crashes_silently) fall_silent(self);
  inproc_forget(&self->sim->network, &self->host);
  sim_node_halt(self, SIM_NODE_DOWN);
  sim_node_sweep(self);
}

void sim_node_crash(struct sim_node *self, bool silent) {
  self->crashes_silently = silent;
  if (!self->host.in_turn) {
    crash(self);
    return;
  }
  self->crashes = true;
  set_phase(self, SIM_NODE_HALTING);
  self->host.world.functions = &self->crashed_functions;
}

/* What the machine's dead connections get now is answered with a reset. */
static void break_silence(struct sim_node *self) {
  struct list *all = &self->host.connections;
  struct connection_end *end = connection_first(all), *next;
  for (; end != NULL; end = next) {
    next = connection_after(all, end);
    if (end->connection->silencer < 0) connection_cut(end->connection);
  }
}

void sim_node_die(struct sim_node *self, bool silent) {
  if (self->phase == SIM_NODE_UP) sim_node_crash(self, silent);
  self->dead = true;
  if (self->ends) self->sim->must_end--;
}

void sim_node_restart(struct sim_node *self) {
  if (self->dead) return;
  break_silence(self);
  if (!sim_node_boot(self)) self->sim->failed = true;
}

void sim_node_signal(struct sim_node *self, int number) {
  if (self->phase != SIM_NODE_UP || !self->watched[number]) return;
  self->signalled[number] = self->has_signal = true;
  sim_host_wake(&self->host);
}

void sim_node_ended(struct sim_node *self, int status) {
  if (self->phase != SIM_NODE_UP) return;
  set_phase(self, SIM_NODE_ENDED);
  self->status = status;
  self->failures = status != 0 ? self->failures + 1 : 0;
  if (self->ends && !boots_again(self)) self->sim->must_end--;
  sim_state_log(self->sim, SIM_STOP, self->host.index, &status, sizeof status, NULL, 0);
}
