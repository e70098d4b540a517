/*
** faults.c - see faults.h. Drawing them is in draw_faults.c.
*/

#include "host/sim/faults.h"

#include <stdlib.h>
#include <string.h>

#include "host/sim/net/heartbeat.h"
#include "host/sim/sim_node.h"
#include "host/sim/sim_state.h"

/* A fault of the schedule that waits for its time, or for its end. */
struct scheduled {
  struct timer timer;
  struct sim *sim;
  int index;
  bool begun;
};

enum { FIRST_ROOM = 16 };

void faults_free(struct faults *self) {
  free(self->item);
  free(self->scheduled);
}

int faults_add(struct faults *self, const struct sim_fault *fault) {
  if (self->count == self->room) {
    int room = self->room > 0 ? self->room * 2 : FIRST_ROOM;
    struct sim_fault *item = realloc(self->item, (size_t)room * sizeof *item);
    if (item == NULL) return -1;
    self->item = item;
    self->room = room;
  }
  self->item[self->count++] = *fault;
  return 0;
}

int64_t faults_late_start(const struct faults *self, int node) {
  int64_t late = 0;
  for (int i = 0; i < self->count; i++) {
    const struct sim_fault *fault = &self->item[i];
    if (fault->kind == SIM_LATE && fault->node == node) late += fault->duration;
  }
  return late;
}

static int peer_of(const struct connection_end *end) {
  const struct connection *connection = end->connection;
  const struct sim_host *host = connection->end[end == connection->end].host;
  return host != NULL ? host->index : -1;
}

static void reconsider(struct sim_node *node) {
  struct list *all = &node->host.connections;
  struct connection_end *end = connection_first(all), *next;
  for (; end != NULL; end = next) {
    next = connection_after(all, end);
    heartbeat_reconsider(end->connection);
  }
}

static bool is_connected(struct sim_node *node, int peer) {
  struct list *all = &node->host.connections;
  struct connection_end *end = connection_first(all);
  while (end != NULL && (!end->open || peer_of(end) != peer)) end = connection_after(all, end);
  return end != NULL && peer != node->host.index;
}

/* Settle on one of the nodes that this one is connected to. */
static void choose_peer(struct sim *sim, struct sim_fault *fault) {
  struct sim_node *node = sim->nodes[fault->node];
  uint32_t peers = 0;
  for (int i = 0; i < sim->node_count; i++) peers += is_connected(node, i);
  if (peers == 0) return;
  uint32_t left = fault->choice % peers;
  for (int i = 0; i < sim->node_count; i++) {
    if (is_connected(node, i) && left-- == 0) fault->peer = i;
  }
}

static bool concerns(const struct sim_fault *fault, const struct connection_end *end) {
  return end->open && (fault->peer == SIM_ALL || peer_of(end) == fault->peer);
}

static void cut(struct sim *sim, const struct sim_fault *fault) {
  struct list *all = &sim->nodes[fault->node]->host.connections;
  struct connection_end *end = connection_first(all), *next;
  for (; end != NULL; end = next) {
    next = connection_after(all, end);
    if (concerns(fault, end)) connection_cut(end->connection);
  }
}

static void silence(struct sim *sim, const struct sim_fault *fault, int index) {
  struct sim_node *node = sim->nodes[fault->node];
  struct list *all = &node->host.connections;
  struct connection_end *end = connection_first(all);
  for (; end != NULL; end = connection_after(all, end)) {
    if (!concerns(fault, end) || end->connection->silencer != 0) continue;
    end->connection->wire.silences++;
    end->connection->silencer = index + 1;
  }
  reconsider(node);
}

/* What was silent is reset: an end that still keeps it learns. */
static void break_silence(struct sim *sim, const struct sim_fault *fault, int index) {
  struct list *all = &sim->nodes[fault->node]->host.connections;
  struct connection_end *end = connection_first(all), *next;
  for (; end != NULL; end = next) {
    next = connection_after(all, end);
    if (end->connection->silencer == index + 1) connection_cut(end->connection);
  }
}

static void block(struct sim *sim, const struct sim_fault *fault, int by) {
  struct network *network = &sim->network;
  int hosts = network->hosts;
  for (int peer = 0; peer < hosts; peer++) {
    if (peer == fault->node || (fault->peer != SIM_ALL && fault->peer != peer)) continue;
    network->blocked[fault->node * hosts + peer] += (uint16_t)by;
    if (fault->kind == SIM_PARTITION) {
      network->blocked[peer * hosts + fault->node] += (uint16_t)by;
    }
    network->blocks += by;
  }
  reconsider(sim->nodes[fault->node]);
}

static void pause(struct sim_node *node, bool on) {
  if (on) {
    sim_node_pause(node);
  } else {
    sim_node_continue(node);
  }
  reconsider(node);
}

static void log_fault(struct sim *sim, enum sim_event_kind kind, const struct sim_fault *fault) {
  struct sim_fault clean; /* the padding must not get into the hash */
  memset(&clean, 0, sizeof clean);
  clean.time = fault->time;
  clean.duration = fault->duration;
  clean.amount = fault->amount;
  clean.kind = fault->kind;
  clean.node = fault->node;
  clean.peer = fault->peer;
  clean.choice = fault->choice;
  clean.silent = fault->silent;
  sim_state_log(sim, kind, fault->node, &clean, sizeof clean, NULL, 0);
}

static bool begin(struct sim *sim, struct sim_fault *fault, int index) {
  struct sim_node *node = sim->nodes[fault->node];
  bool between = fault->kind >= SIM_CUT && fault->kind <= SIM_ONE_WAY;
  if (between && fault->peer == SIM_ANY) choose_peer(sim, fault);
  if (between && fault->peer == SIM_ANY) return false;
  bool on_node = fault->kind == SIM_CRASH || fault->kind == SIM_PAUSE;
  if (on_node && node->phase != SIM_NODE_UP) return false;
  if (fault->kind == SIM_DEATH && (node->dead || node->phase == SIM_NODE_ENDED)) return false;
  log_fault(sim, SIM_FAULT_BEGIN, fault);
  switch (fault->kind) {
    case SIM_DELAY:
      sim->network.delay[fault->node] += fault->amount;
      sim->network.delays++;
      break;
    case SIM_CUT:
      cut(sim, fault);
      break;
    case SIM_HALF_OPEN:
      silence(sim, fault, index);
      break;
    case SIM_PARTITION:
    case SIM_ONE_WAY:
      block(sim, fault, 1);
      break;
    case SIM_PAUSE:
      pause(node, true);
      break;
    case SIM_CRASH:
      sim_node_crash(node, fault->silent);
      break;
    case SIM_SLOW:
      node->slowness = (int)fault->amount;
      break;
    case SIM_RATE:
      sim_node_set_rate(node, fault->amount);
      break;
    case SIM_STEP:
      node->wall += fault->amount;
      break;
    case SIM_DEATH:
      sim_node_die(node, fault->silent);
      return false;
    case SIM_DISK_ERROR:
      node->disk.failures++;
      break;
    case SIM_DISK_SLOW:
      node->disk.delay += fault->amount;
      break;
    case SIM_LATE: /* the boots have been put off already */
    case SIM_FAULT_KINDS:
      break;
  }
  return true;
}

static void end(struct sim *sim, struct sim_fault *fault, int index) {
  struct sim_node *node = sim->nodes[fault->node];
  log_fault(sim, SIM_FAULT_END, fault);
  switch (fault->kind) {
    case SIM_DELAY:
      sim->network.delay[fault->node] -= fault->amount;
      sim->network.delays--;
      break;
    case SIM_HALF_OPEN:
      break_silence(sim, fault, index);
      break;
    case SIM_PARTITION:
    case SIM_ONE_WAY:
      block(sim, fault, -1);
      break;
    case SIM_PAUSE:
      pause(node, false);
      break;
    case SIM_CRASH:
      sim_node_restart(node);
      break;
    case SIM_SLOW:
      node->slowness = 1;
      break;
    case SIM_RATE:
      sim_node_set_rate(node, 0);
      break;
    case SIM_STEP:
      node->wall -= fault->amount;
      break;
    case SIM_DISK_ERROR:
      node->disk.failures--;
      break;
    case SIM_DISK_SLOW:
      node->disk.delay -= fault->amount;
      break;
    case SIM_CUT:
    case SIM_DEATH:
    case SIM_LATE:
    case SIM_FAULT_KINDS:
      break;
  }
}

static void fire(struct timer *timer) {
  struct scheduled *self = list_entry(timer, struct scheduled, timer);
  struct sim *sim = self->sim;
  struct sim_fault *fault = &sim->faults->item[self->index];
  if (self->begun) {
    end(sim, fault, self->index);
    return;
  }
  self->begun = true;
  if (begin(sim, fault, self->index))
    network_at(&sim->network, timer, sim->network.now + fault->duration);
}

int faults_start(struct sim *sim) {
  struct faults *self = sim->faults;
  self->scheduled = calloc((size_t)self->count + 1, sizeof *self->scheduled);
  if (self->scheduled == NULL || network_set_hosts(&sim->network, sim->node_count) != 0) return -1;
  for (int i = 0; i < self->count; i++) {
    struct scheduled *scheduled = &self->scheduled[i];
    *scheduled = (struct scheduled){.sim = sim, .index = i};
    timer_init(&scheduled->timer, fire);
    network_at(&sim->network, &scheduled->timer, self->item[i].time);
  }
  return 0;
}
