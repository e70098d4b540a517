/*
** faults.c - see faults.h. Drawing them is in draw_faults.c.
*/

#include "host/sim/faults.h"

#include <stdlib.h>

#include "host/sim/fault_effects.h"
#include "host/sim/sim_node.h"
#include "host/sim/sim_state.h"

/* A fault of the schedule: waits for its time, then for what it is aimed at, then for its end. */
struct scheduled {
  struct timer timer;
  struct sim *sim;
  struct list aimed; /* in the list of those that wait for an event of their node */
  int index;
  int64_t over; /* when it is, once it has begun */
  enum { WAITS, AIMS, IN_FORCE, LOOPS } stage;
};

enum { FIRST_ROOM = 16, PATIENCE_US = 1000000, REST_US = 50000 };

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

static void acted(struct sim_host *host, enum sim_action action);

static struct sim_fault *fault_of(struct scheduled *self) {
  return &self->sim->faults->item[self->index];
}

static void await(struct scheduled *self, int64_t time) {
  network_at(&self->sim->network, &self->timer, time);
}

static void begin(struct scheduled *self) {
  struct sim *sim = self->sim;
  struct sim_fault *fault = fault_of(self);
  list_remove(&self->aimed);
  self->stage = IN_FORCE;
  self->over = sim->network.now + fault->duration;
  bool lasts = fault_effects_begin(sim, fault, self->index);
  network_cancel(&sim->network, &self->timer);
  if (!lasts) return;
  bool loops = fault->kind == SIM_CRASH_LOOP;
  await(self, loops ? sim->network.now + REST_US : self->over);
}

/* Booted, for a moment; or down again. */
static void loop(struct scheduled *self) {
  struct sim_fault *fault = fault_of(self);
  bool is_up = self->stage == LOOPS;
  int64_t now = self->sim->network.now;
  if (!is_up) {
    fault_effects_end(self->sim, fault, self->index);
    self->stage = LOOPS;
    if (now < self->over) await(self, now + fault->amount);
  } else {
    self->stage = IN_FORCE;
    if (fault_effects_begin(self->sim, fault, self->index)) await(self, now + REST_US);
  }
}

static void fire(struct timer *timer) {
  struct scheduled *self = list_entry(timer, struct scheduled, timer);
  struct sim *sim = self->sim;
  struct sim_fault *fault = fault_of(self);
  if (self->stage == WAITS && fault->aim != SIM_AIM_NONE) {
    self->stage = AIMS;
    list_append(&sim->faults->aimed, &self->aimed);
    sim->nodes[fault->node]->host.acted = acted;
    if (fault->aim != SIM_AIM_NOTE) await(self, sim->network.now + PATIENCE_US);
  } else if (self->stage == WAITS || self->stage == AIMS) {
    begin(self);
  } else if (fault->kind == SIM_CRASH_LOOP) {
    loop(self);
  } else {
    fault_effects_end(sim, fault, self->index);
  }
}

static void acted(struct sim_host *host, enum sim_action action) {
  static const enum sim_aim aims[] = {[SIM_SENT_MESSAGE] = SIM_AIM_SEND,
                                      [SIM_RECEIVED_MESSAGE] = SIM_AIM_RECEIVE,
                                      [SIM_PUT] = SIM_AIM_PUT,
                                      [SIM_RELOADED] = SIM_AIM_RELOAD,
                                      [SIM_NOTED] = SIM_AIM_NOTE};
  struct faults *self = sim_state_of(host->network)->faults;
  bool more = false, done = false; /* one at a time */
  struct list *link = self->aimed.next, *next;
  for (; link != &self->aimed; link = next) {
    next = link->next;
    struct scheduled *scheduled = list_entry(link, struct scheduled, aimed);
    const struct sim_fault *fault = fault_of(scheduled);
    if (fault->node != host->index) continue;
    if (fault->aim == aims[action] && !done) {
      done = true;
      begin(scheduled);
    } else {
      more = true;
    }
  }
  if (!more) host->acted = NULL;
}

int faults_start(struct sim *sim) {
  struct faults *self = sim->faults;
  list_init(&self->aimed);
  self->scheduled = calloc((size_t)self->count + 1, sizeof *self->scheduled);
  if (self->scheduled == NULL) return -1;
  for (int i = 0; i < self->count; i++) {
    struct scheduled *scheduled = &self->scheduled[i];
    *scheduled = (struct scheduled){.sim = sim, .index = i};
    list_init(&scheduled->aimed);
    timer_init(&scheduled->timer, fire);
    network_at(&sim->network, &scheduled->timer, self->item[i].time);
  }
  return 0;
}
