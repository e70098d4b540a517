/*
** sim_world.c - see sim_world.h: a run from its beginning to its end.
*/

#include "host/sim/sim_world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/draw_faults.h"
#include "host/sim/fault_kinds.h"
#include "host/sim/faults.h"
#include "host/sim/net/connection.h"
#include "host/sim/net/inproc.h"
#include "host/sim/node_functions.h"
#include "host/sim/sim_node.h"
#include "host/sim/sim_state.h"
#include "host/sim/stranger.h"

enum { MS = 1000, SECOND = 1000 * MS, FIRST_ROOM = 8 };
enum { KNOWN_BITS = 1 << 24, LOOK = 10 }; /* of progress */

struct boot {
  struct timer timer;
  struct sim_node *node;
};

struct sim_run_options sim_world_defaults(void) {
  struct sim_run_options options = {.fault_us = INT64_C(30) * SECOND,
                                    .quiet_us = INT64_C(30) * SECOND,
                                    .handler_us = 10,
                                    .latency = {50, 150},
                                    .bandwidth = INT64_C(125000000),
                                    .start = {0, 100 * MS}};
  for (int kind = 0; kind < SIM_SENT; kind++) options.keep[kind] = true;
  return options;
}

/* Is it unlike all messages that were sent since nothing else happened? That is not looked at
 *before
 ** a good many handlers have run. */
static void note_progress(struct sim *self, struct message *message) {
  if (self->options.max_same_runs == 0 ||
      self->counts.runs - self->progress < self->options.max_same_runs / LOOK) {
    return;
  }
  if (self->known == NULL) self->known = calloc(KNOWN_BITS / 8, 1);
  if (self->known == NULL) return;
  uint64_t hash = 14695981039346656037u;
  for (int i = 0; i < message->count; i++) {
    const unsigned char *bytes = zmq_msg_data(&message->frame[i]);
    size_t size = zmq_msg_size(&message->frame[i]);
    for (size_t j = 0; j < size; j++) hash = (hash ^ bytes[j]) * 1099511628211u;
    hash = (hash ^ size) * 1099511628211u;
  }
  uint64_t bit = (hash ^ hash >> 32) % KNOWN_BITS;
  unsigned char mask = (unsigned char)(1 << bit % 8);
  if ((self->known[bit / 8] & mask) == 0) self->progress = self->counts.runs;
  self->known[bit / 8] |= mask;
}

static void observe(struct network *network, enum network_event event, int host, int peer,
                    const struct network_label *label, struct message *message) {
  struct stranger *stranger = sim_state_of(network)->stranger;
  if (stranger != NULL && event == NETWORK_DELIVERED) stranger_overhear(stranger, message);
  if (event == NETWORK_SENT) note_progress(sim_state_of(network), message);
  sim_state_log_message(network, event, host, peer, label, message);
}

struct sim *sim_world_new(const struct sim_run_options *options,
                          const struct sim_program *program) {
  struct sim *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->frames = calloc(1, sizeof *self->frames);
  self->faults = calloc(1, sizeof *self->faults);
  if (self->frames == NULL || self->faults == NULL) {
    free(self->frames);
    free(self->faults);
    free(self);
    return NULL;
  }
  self->options = *options;
  self->program = *program;
  self->end = options->fault_us + options->quiet_us;
  network_init(&self->network, options->seed, SIM_STREAM_NETWORK);
  self->network.least_latency = options->latency.least;
  self->network.most_latency = options->latency.most;
  self->network.bandwidth = options->bandwidth;
  self->network.observe = observe;
  run_log_init(&self->log, options->seed);
  return self;
}

void sim_world_free(struct sim *self) {
  if (self == NULL) return;
  for (int i = 0; i < self->node_count; i++) sim_node_halt(self->nodes[i], SIM_NODE_DOWN);
  for (int i = 0; i < self->node_count; i++) sim_node_sweep(self->nodes[i]);
  stranger_free(self->stranger);
  inproc_forget(&self->network, NULL);
  pipe_reap(&self->network);
  for (int i = 0; i < self->node_count; i++) {
    struct list *link;
    while ((link = list_first(&self->nodes[i]->host.connections)) != NULL) {
      connection_free(list_entry(link, struct connection_end, link)->connection);
    }
  }
  connection_reap(&self->network);
  for (int i = 0; i < self->node_count; i++) {
    sim_node_free(self->nodes[i]);
    free(self->nodes[i]);
  }
  free(self->nodes);
  faults_free(self->faults);
  free(self->faults);
  free(self->known);
  run_log_free(&self->log);
  network_free(&self->network);
  frames_clear(self->frames);
  free(self->frames);
  free(self);
}

/* Are these names of copies of one node, "worker.1" and "worker.2"? */
static bool are_copies(const char *one, const char *other) {
  const char *dot = strrchr(one, '.');
  return dot != NULL && strncmp(one, other, (size_t)(dot - one) + 1) == 0;
}

int sim_world_add_node(struct sim *self, const char *name, const char *host, bool ends,
                       bool restarts) {
  if (self->node_count == SIM_MAX_NODES) {
    errno = EMFILE;
    return -1;
  }
  if (self->node_count == self->node_room) {
    int room = self->node_room > 0 ? self->node_room * 2 : FIRST_ROOM;
    struct sim_node **nodes = realloc(self->nodes, (size_t)room * sizeof *nodes);
    if (nodes == NULL) return -1;
    self->nodes = nodes;
    self->node_room = room;
  }
  struct sim_node *node = calloc(1, sizeof *node);
  if (node == NULL) return -1;
  if (sim_node_init(node, self, self->node_count, name, host, &node_functions) != 0) {
    int reason = errno;
    sim_node_free(node);
    free(node);
    errno = reason;
    return -1;
  }
  struct sim_node *last = self->node_count > 0 ? self->nodes[self->node_count - 1] : NULL;
  bool copy = last != NULL && are_copies(last->name, name);
  node->profile = copy ? last->profile : &node->own_profile;
  node->ends = ends;
  node->restarts = restarts;
  if (ends) self->must_end++;
  self->nodes[self->node_count] = node;
  return self->node_count++;
}

int sim_world_set_input(struct sim *self, int node, const struct sim_line *lines, int count) {
  return sim_input_set(&self->nodes[node]->input, lines, count);
}

int sim_world_node_count(const struct sim *self) {
  return self->node_count;
}
const char *sim_world_node_name(const struct sim *self, int node) {
  return node < self->node_count ? self->nodes[node]->name : "stranger";
}
int sim_world_status(const struct sim *self, int node) {
  return self->nodes[node]->status;
}
int sim_world_compact(struct sim *self, int node) {
  if (self->nodes[node]->host.world.trims) return 0; /* when it has begun */
  return arena_compact(&self->nodes[node]->arena);
}
struct arena_image *sim_world_save(const struct sim *self, int node) {
  return arena_image_new(&self->nodes[node]->arena);
}
int sim_world_restore(struct sim *self, int node, const struct arena_image *image) {
  return arena_image_restore(image, &self->nodes[node]->arena);
}
int sim_world_most_sockets(const struct sim *self, int node) {
  return self->nodes[node]->host.sockets_most;
}
void sim_world_stop(struct sim *self) {
  self->stopped = true;
}
uint64_t sim_world_turns(const struct sim *self) {
  return self->counts.turns;
}
void *sim_world_current(const struct sim *self) {
  return self->current != NULL ? self->current->program : NULL;
}
uint64_t sim_world_hash(const struct sim *self) {
  return self->log.hash;
}

bool sim_world_next_event(const struct sim *self, size_t *place, struct sim_event *event) {
  struct run_record record;
  if (!run_log_next(&self->log, place, &record)) return false;
  *event = (struct sim_event){.time = record.time,
                              .kind = (enum sim_event_kind)record.kind,
                              .node = record.node,
                              .size = record.size,
                              .data = record.data};
  return true;
}

struct sim_counts sim_world_counts(const struct sim *self) {
  struct sim_counts counts = self->counts;
  counts.messages = self->network.sent;
  counts.dropped = self->network.dropped;
  counts.us = self->network.now;
  return counts;
}

int sim_world_set_schedule(struct sim *self, const struct sim_fault *faults, int count) {
  self->faults->count = 0;
  self->faults->ready = true;
  for (int i = 0; i < count; i++) {
    if (faults_add(self->faults, &faults[i]) != 0) return -1;
  }
  return 0;
}

const struct sim_fault *sim_world_schedule(struct sim *self, int *count) {
  draw_faults(self);
  *count = self->faults->count;
  return self->faults->item;
}

const char *sim_world_event_name(enum sim_event_kind kind) {
  static const char *const names[SIM_EVENT_KINDS] = {[SIM_START] = "start",
                                                     [SIM_STOP] = "stop",
                                                     [SIM_CRASHED] = "crash",
                                                     [SIM_RESTART] = "restart",
                                                     [SIM_LOG] = "log",
                                                     [SIM_NOTE] = "note",
                                                     [SIM_FAULT_BEGIN] = "fault",
                                                     [SIM_FAULT_END] = "fault_end",
                                                     [SIM_HEAL] = "heal",
                                                     [SIM_SENT] = "sent",
                                                     [SIM_DELIVERED] = "delivered",
                                                     [SIM_DROPPED] = "dropped"};
  return names[kind];
}

void sim_world_signal(struct sim *self, int node, int number) {
  sim_node_signal(self->nodes[node], number);
}

static void boot(struct timer *timer) {
  struct boot *self = list_entry(timer, struct boot, timer);
  if (!self->node->dead && !sim_node_boot(self->node)) self->node->sim->failed = true;
}

static void heal(struct timer *timer) {
  struct boot *self = list_entry(timer, struct boot, timer);
  struct sim *sim = self->node->sim;
  sim_state_log(sim, SIM_HEAL, -1, NULL, 0, NULL, 0);
}

/* One entry more than nodes: the last is the end of the faults. */
static struct boot *plan(struct sim *self) {
  struct boot *boots = calloc((size_t)self->node_count + 1, sizeof *boots);
  struct random random;
  if (boots == NULL) return NULL;
  random_seed(&random, self->options.seed, SIM_STREAM_FAULTS);
  for (int i = 0; i < self->node_count; i++) {
    boots[i].node = self->nodes[i];
    timer_init(&boots[i].timer, boot);
    int64_t start = random_between(&random, self->options.start.least, self->options.start.most);
    network_at(&self->network, &boots[i].timer, start + faults_late_start(self->faults, i));
  }
  struct boot *last = &boots[self->node_count];
  last->node = self->nodes[0];
  timer_init(&last->timer, heal);
  network_at(&self->network, &last->timer, self->options.fault_us);
  return boots;
}

static enum sim_end run(struct sim *self) {
  bool has_end = self->must_end > 0;
  uint64_t most = self->options.max_runs, same = self->options.max_same_runs;
  struct timer *event;
  while ((event = timers_take(&self->network.events, self->end - 1)) != NULL) {
    self->network.now = event->deadline;
    self->counts.events++;
    event->fire(event);
    pipe_reap(&self->network);
    connection_reap(&self->network);
    if (self->failed) return SIM_FAILED;
    if (self->stopped) return SIM_TIME;
    if (has_end && self->must_end == 0) return SIM_DONE;
    if (most > 0 && self->counts.runs >= most) return SIM_TOO_MANY;
    if (same > 0 && self->counts.runs - self->progress >= same) return SIM_LIVELOCK;
  }
  self->network.now = self->end;
  return SIM_TIME;
}

/* The host behind the last node, if garbage is among the faults. */
static bool invite_stranger(struct sim *self) {
  bool needed = false;
  for (int i = 0; i < self->faults->count; i++) {
    needed |= self->faults->item[i].kind == SIM_GARBAGE;
  }
  if (!needed) return true;
  self->stranger = stranger_new(&self->network, self->node_count, self->options.seed);
  return self->stranger != NULL;
}

enum sim_end sim_world_run(struct sim *self) {
  if (self->node_count == 0) return SIM_DONE;
  draw_faults(self);
  struct boot *boots = plan(self);
  if (boots == NULL || network_set_hosts(&self->network, self->node_count + 1) != 0 ||
      !invite_stranger(self) || faults_start(self) != 0) {
    free(boots);
    return SIM_FAILED;
  }
  enum sim_end result = run(self);
  for (int i = 0; i <= self->node_count; i++) network_cancel(&self->network, &boots[i].timer);
  free(boots);
  for (int i = 0; i < self->node_count; i++) {
    struct sim_node *node = self->nodes[i];
    sim_node_halt(node, node->phase == SIM_NODE_UP ? SIM_NODE_DOWN : node->phase);
  }
  return result;
}
