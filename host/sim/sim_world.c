/*
** sim_world.c - see sim_world.h: a run from its beginning to its end.
*/

#include "host/sim/sim_world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/connection.h"
#include "host/sim/net/state.h"

enum { MS = 1000, SECOND = 1000 * MS, FIRST_ROOM = 8 };

struct boot {
  struct timer timer;
  struct sim_node *node;
};

struct sim_options sim_defaults(void) {
  struct sim_options options = {.fault_us = INT64_C(30) * SECOND,
                                .quiet_us = INT64_C(30) * SECOND,
                                .handler_us = 10,
                                .latency = {50, 150},
                                .start = {0, 100 * MS}};
  for (int kind = 0; kind < SIM_SENT; kind++) options.keep[kind] = true;
  return options;
}

struct sim *sim_new(const struct sim_options *options, const struct sim_program *program) {
  struct sim *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->frames = calloc(1, sizeof *self->frames);
  if (self->frames == NULL) {
    free(self);
    return NULL;
  }
  self->options = *options;
  self->program = *program;
  self->end = options->fault_us + options->quiet_us;
  timers_init(&self->events);
  network_init(&self->network, options->seed);
  history_init(&self->history, options->keep, options->seed);
  list_init(&self->doomed);
  list_init(&self->closed);
  return self;
}

void sim_free(struct sim *self) {
  if (self == NULL) return;
  for (int i = 0; i < self->node_count; i++) sim_node_halt(self->nodes[i], SIM_NODE_DOWN);
  for (int i = 0; i < self->node_count; i++) sim_node_sweep(self->nodes[i]);
  network_forget(self, NULL);
  pipes_reap(self);
  for (int i = 0; i < self->node_count; i++) {
    struct list *link;
    while ((link = list_first(&self->nodes[i]->connections)) != NULL) {
      connection_free(list_entry(link, struct connection_end, link)->connection);
    }
  }
  connections_reap(self);
  for (int i = 0; i < self->node_count; i++) {
    sim_node_free(self->nodes[i]);
    free(self->nodes[i]);
  }
  free(self->nodes);
  faults_free(&self->faults);
  history_free(&self->history);
  messages_free(&self->messages);
  timers_free(&self->events);
  frames_clear(self->frames);
  free(self->frames);
  free(self);
}

int sim_add_node(struct sim *self, const char *name, const char *host, bool ends, bool restarts) {
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
  if (sim_node_init(node, self, self->node_count, name, host) != 0) {
    int reason = errno;
    sim_node_free(node);
    free(node);
    errno = reason;
    return -1;
  }
  node->ends = ends;
  node->restarts = restarts;
  if (ends) self->must_end++;
  self->nodes[self->node_count] = node;
  return self->node_count++;
}

int sim_node_count(const struct sim *self) {
  return self->node_count;
}
const char *sim_node_name(const struct sim *self, int node) {
  return self->nodes[node]->name;
}
int sim_status(const struct sim *self, int node) {
  return self->nodes[node]->status;
}
uint64_t sim_hash(const struct sim *self) {
  return self->history.hash;
}

bool sim_next_event(const struct sim *self, size_t *place, struct sim_event *event) {
  return history_next(&self->history, place, event);
}

struct sim_counts sim_counts(const struct sim *self) {
  struct sim_counts counts = self->counts;
  counts.us = self->now;
  return counts;
}

int sim_set_schedule(struct sim *self, const struct sim_fault *faults, int count) {
  self->faults.count = 0;
  self->faults.ready = true;
  for (int i = 0; i < count; i++) {
    if (faults_add(&self->faults, &faults[i]) != 0) return -1;
  }
  return 0;
}

const struct sim_fault *sim_schedule(struct sim *self, int *count) {
  faults_draw(self);
  *count = self->faults.count;
  return self->faults.item;
}

int sim_fault_kind(const char *name) {
  for (int kind = 0; kind < SIM_FAULT_KINDS; kind++) {
    if (strcmp(sim_fault_name((enum sim_fault_kind)kind), name) == 0) return kind;
  }
  return -1;
}

const char *sim_event_name(enum sim_event_kind kind) {
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

void sim_signal(struct sim *self, int node, int number) {
  struct sim_node *target = self->nodes[node];
  if (target->phase != SIM_NODE_UP || !target->watched[number]) return;
  target->signalled[number] = target->has_signal = true;
  sim_node_arm(target);
}

static void boot(struct timer *timer) {
  struct boot *self = list_entry(timer, struct boot, timer);
  if (!self->node->dead && !sim_node_boot(self->node)) self->node->sim->failed = true;
}

static void heal(struct timer *timer) {
  struct boot *self = list_entry(timer, struct boot, timer);
  struct sim *sim = self->node->sim;
  history_add(&sim->history, sim->now, SIM_HEAL, -1, NULL, 0, NULL, 0);
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
    sim_at(self, &boots[i].timer, start + faults_late_start(&self->faults, i));
  }
  struct boot *last = &boots[self->node_count];
  last->node = self->nodes[0];
  timer_init(&last->timer, heal);
  sim_at(self, &last->timer, self->options.fault_us);
  return boots;
}

static enum sim_end run(struct sim *self) {
  bool has_end = self->must_end > 0;
  uint64_t most = self->options.max_runs;
  struct timer *event;
  while ((event = timers_take(&self->events, self->end - 1)) != NULL) {
    self->now = event->deadline;
    self->counts.events++;
    event->fire(event);
    pipes_reap(self);
    connections_reap(self);
    if (self->failed) return SIM_FAILED;
    if (has_end && self->must_end == 0) return SIM_DONE;
    if (most > 0 && self->counts.runs >= most) return SIM_TOO_MANY;
  }
  self->now = self->end;
  return SIM_TIME;
}

enum sim_end sim_run(struct sim *self) {
  if (self->node_count == 0) return SIM_DONE;
  faults_draw(self);
  struct boot *boots = plan(self);
  if (boots == NULL || faults_start(self) != 0) {
    free(boots);
    return SIM_FAILED;
  }
  enum sim_end result = run(self);
  for (int i = 0; i <= self->node_count; i++) sim_never(self, &boots[i].timer);
  free(boots);
  for (int i = 0; i < self->node_count; i++) {
    struct sim_node *node = self->nodes[i];
    sim_node_halt(node, node->phase == SIM_NODE_UP ? SIM_NODE_DOWN : node->phase);
  }
  return result;
}
