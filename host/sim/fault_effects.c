/*
** fault_effects.c - see fault_effects.h.
*/

#include "host/sim/fault_effects.h"

#include <signal.h>
#include <string.h>

#include "host/sim/fault_kinds.h"
#include "host/sim/net/heartbeat.h"
#include "host/sim/sim_node.h"
#include "host/sim/sim_state.h"
#include "host/sim/stranger.h"

enum { KIB = 1024 };

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

/* What arrived in the meantime is read in some order. */
static void spread(struct sim_node *node) {
  if (node->host.pauses > 0) return;
  struct list *all = &node->host.connections;
  for (struct list *link = all->next; link != all; link = link->next) {
    struct connection_end *end = list_entry(link, struct connection_end, link);
    wire_spread(&end->connection->wire, end == &end->connection->end[ACCEPTING_END]);
  }
}

static void pause_node(struct sim_node *node, bool on) {
  if (on) {
    sim_node_pause(node);
  } else {
    sim_node_continue(node);
    spread(node);
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
  clean.aim = fault->aim;
  sim_state_log(sim, kind, fault->node, &clean, sizeof clean, NULL, 0);
}

/* Has it no effect on a node that is down? */
static bool is_of_program(enum sim_fault_kind kind) {
  return kind == SIM_CRASH || kind == SIM_PAUSE || kind == SIM_BUSY || kind == SIM_CRASH_LOOP;
}

bool fault_effects_begin(struct sim *sim, struct sim_fault *fault, int index) {
  struct sim_node *node = sim->nodes[fault->node];
  bool between = fault_kinds_has_peer(fault->kind);
  if (between && fault->peer == SIM_ANY) choose_peer(sim, fault);
  if (between && fault->peer == SIM_ANY) return false;
  if (is_of_program(fault->kind) && node->phase != SIM_NODE_UP) return false;
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
      pause_node(node, true);
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
    case SIM_BUSY:
      sim_node_compute(node, fault->duration);
      break;
    case SIM_SILENCE:
      silence(sim, fault, index);
      return false;
    case SIM_CRASH_LOOP:
      sim_node_crash(node, false);
      break;
    case SIM_JUMP:
    case SIM_SKEW:
      node->wall += fault->amount;
      return false;
    case SIM_BANDWIDTH:
      node->host.bandwidth = fault->amount * KIB;
      break;
    case SIM_DESCRIPTORS:
      node->host.no_descriptors++;
      break;
    case SIM_ADDRESS:
      node->host.no_addresses++;
      break;
    case SIM_NAMES:
      node->host.no_names++;
      break;
    case SIM_GARBAGE:
      return stranger_send(sim->stranger, &node->host, index, fault->amount, fault->choice);
    case SIM_RELOAD:
      sim->program.upgrade(sim->program.context, fault->node);
      node->reloads = node->phase == SIM_NODE_UP;
      sim_node_signal(node, SIGHUP);
      return false;
    case SIM_LATE: /* the boots have been put off already */
    case SIM_FAULT_KINDS:
      break;
  }
  return true;
}

void fault_effects_end(struct sim *sim, struct sim_fault *fault, int index) {
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
      pause_node(node, false);
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
    case SIM_BUSY:
      sim_node_rest(node);
      reconsider(node);
      break;
    case SIM_CRASH_LOOP:
      sim_node_restart(node);
      break;
    case SIM_BANDWIDTH:
      node->host.bandwidth = 0;
      break;
    case SIM_DESCRIPTORS:
      node->host.no_descriptors--;
      break;
    case SIM_ADDRESS:
      node->host.no_addresses--;
      break;
    case SIM_NAMES:
      node->host.no_names--;
      break;
    case SIM_GARBAGE:
      stranger_leave(sim->stranger, index);
      break;
    case SIM_CUT:
    case SIM_DEATH:
    case SIM_SILENCE:
    case SIM_JUMP:
    case SIM_SKEW:
    case SIM_RELOAD:
    case SIM_LATE:
    case SIM_FAULT_KINDS:
      break;
  }
}
