/*
** draw_faults.c - see draw_faults.h.
*/

#include "host/sim/draw_faults.h"

#include <stdlib.h>

#include "host/sim/base/random.h"
#include "host/sim/fault_kinds.h"
#include "host/sim/faults.h"
#include "host/sim/sim_state.h"

enum { ODDS = 40, TARGET_ODDS = 25, SILENT_ODDS = 30, HIT_ODDS = 50, AIM_ODDS = 50 };

static const uint64_t STREAM = UINT64_C(1) << 60;

static struct sim_range or_default(struct sim_range range, struct sim_range standard) {
  return range.least == 0 && range.most == 0 ? standard : range;
}

/* As likely small as large: even in the exponent. */
static int64_t draw_widely(struct random *random, struct sim_range range) {
  int64_t least = range.least > 0 ? range.least : 1, span = 0;
  while (least << (span + 1) <= range.most) span++;
  int64_t low = least << random_between(random, 0, span);
  int64_t high = low * 2 < range.most ? low * 2 : range.most;
  return random_between(random, low, high);
}

/* A node that may be hit; -1 if there is none. */
static int draw_node(struct random *random, const struct sim_limit *limit, int nodes) {
  int allowed = 0;
  for (int i = 0; i < nodes; i++) allowed += limit->nodes == NULL || limit->nodes[i];
  if (allowed == 0) return -1;
  int left = (int)random_between(random, 0, allowed - 1);
  for (int i = 0;; i++) {
    if ((limit->nodes == NULL || limit->nodes[i]) && left-- == 0) return i;
  }
}

static int64_t draw_duration(struct random *random, struct sim_range range) {
  return random_between(random, 0, 1) == 0 ? random_between(random, range.least, range.most)
                                           : draw_widely(random, range);
}

/* Half of the faults that come at an instant come just after something the node did. */
static enum sim_aim draw_aim(struct random *random, enum sim_fault_kind kind) {
  static const enum sim_aim aims[] = {SIM_AIM_SEND,    SIM_AIM_SEND, SIM_AIM_RECEIVE,
                                      SIM_AIM_RECEIVE, SIM_AIM_PUT,  SIM_AIM_RELOAD};
  int64_t choice = random_between(random, 0, (int64_t)(sizeof aims / sizeof *aims) - 1);
  bool aimed = random_chance(random, AIM_ODDS) && fault_kinds_is_aimed(kind);
  return aimed ? aims[choice] : SIM_AIM_NONE;
}

static bool draw_one(struct random *random, enum sim_fault_kind kind, const struct sim_limit *limit,
                     int nodes, struct sim_fault *fault) {
  fault->kind = kind;
  fault->node = draw_node(random, limit, nodes);
  fault->peer = random_chance(random, TARGET_ODDS) ? SIM_ALL : SIM_ANY;
  fault->choice = (uint32_t)random_next(random);
  bool dies = kind == SIM_CRASH || kind == SIM_DEATH;
  fault->silent = random_chance(random, SILENT_ODDS) && dies;
  fault->duration =
      draw_duration(random, or_default(limit->duration, fault_kinds_get(kind)->duration));
  if (fault_kinds_get(kind)->duration.most == 0) fault->duration = 0;
  fault->aim = draw_aim(random, kind);
  struct sim_range amount = or_default(limit->amount, fault_kinds_get(kind)->amount);
  fault->amount = random_between(random, amount.least, amount.most);
  return fault->node >= 0;
}

/* 'amount' of the nodes die, each at a time of its own. */
static void draw_deaths(struct sim *sim, struct random *random, const struct sim_limit *limit) {
  struct sim_range amount = or_default(limit->amount, fault_kinds_get(SIM_DEATH)->amount);
  int64_t deaths = random_between(random, amount.least, amount.most);
  for (int64_t i = 0; i < deaths; i++) {
    struct sim_fault fault = {.time = random_between(random, 0, sim->options.fault_us - 1)};
    if (draw_one(random, SIM_DEATH, limit, sim->node_count, &fault)) {
      faults_add(sim->faults, &fault);
    }
  }
}

/* From the beginning: each node is late or not, its clock is wrong or not. */
static void draw_beginnings(struct sim *sim, struct random *random, enum sim_fault_kind kind,
                            const struct sim_limit *limit) {
  for (int i = 0; i < sim->node_count; i++) {
    bool is_hit = random_chance(random, HIT_ODDS);
    struct sim_fault fault = {0};
    draw_one(random, kind, limit, sim->node_count, &fault);
    fault.node = i;
    fault.peer = SIM_ALL;
    if (fault.duration > sim->options.fault_us) fault.duration = sim->options.fault_us;
    if (is_hit && (limit->nodes == NULL || limit->nodes[i])) faults_add(sim->faults, &fault);
  }
}

/* Each node once, one after the other. */
static void draw_reloads(struct sim *sim, struct random *random, const struct sim_limit *limit) {
  for (int i = 0; i < sim->node_count; i++) {
    struct sim_fault fault = {0};
    draw_one(random, SIM_RELOAD, limit, sim->node_count, &fault);
    fault.time = random_between(random, 0, sim->options.fault_us - 1);
    fault.node = i;
    fault.peer = SIM_ALL;
    if (limit->nodes == NULL || limit->nodes[i]) faults_add(sim->faults, &fault);
  }
}

static void draw_kind(struct sim *sim, enum sim_fault_kind kind) {
  const struct sim_limit *limit = &sim->options.limits[kind];
  struct random random;
  random_seed(&random, sim->options.seed, STREAM + kind);
  bool on = random_chance(&random, ODDS);
  if (limit->use == SIM_NEVER || (limit->use == SIM_MAYBE && !on)) return;
  if (kind == SIM_DEATH) {
    draw_deaths(sim, &random, limit);
    return;
  }
  if (kind == SIM_RELOAD) {
    draw_reloads(sim, &random, limit);
    return;
  }
  if (kind == SIM_LATE || kind == SIM_SKEW) {
    draw_beginnings(sim, &random, kind, limit);
    return;
  }
  int64_t phase = sim->options.fault_us;
  int64_t every = draw_widely(&random, or_default(limit->every, fault_kinds_get(kind)->every));
  for (int64_t time = random_between(&random, 0, every); time < phase;) {
    struct sim_fault fault = {.time = time};
    if (!draw_one(&random, kind, limit, sim->node_count, &fault)) return;
    if (fault.duration > phase - time) fault.duration = phase - time;
    faults_add(sim->faults, &fault);
    time += 1 + random_between(&random, 0, 2 * every);
  }
}

static int by_time(const void *a, const void *b) {
  const struct sim_fault *first = a, *second = b;
  if (first->time != second->time) return first->time < second->time ? -1 : 1;
  if (first->kind != second->kind) return first->kind < second->kind ? -1 : 1;
  return (first->choice > second->choice) - (first->choice < second->choice);
}

void draw_faults(struct sim *sim) {
  if (sim->faults->ready) return;
  sim->faults->ready = true;
  for (int kind = 0; kind < SIM_FAULT_KINDS; kind++) draw_kind(sim, (enum sim_fault_kind)kind);
  if (sim->faults->count > 1) {
    qsort(sim->faults->item, (size_t)sim->faults->count, sizeof *sim->faults->item, by_time);
  }
}
