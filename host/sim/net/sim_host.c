/*
** sim_host.c - see sim_host.h.
*/

#include "host/sim/net/sim_host.h"

#include <stdlib.h>
#include <string.h>

int sim_host_init(struct sim_host *self, struct network *network, int index, const char *machine,
                  void (*run)(struct timer *timer)) {
  self->network = network;
  self->index = index;
  list_init(&self->sockets);
  list_init(&self->waiting);
  list_init(&self->lingering);
  list_init(&self->connections);
  timer_init(&self->run, run);
  self->machine = machine != NULL ? strdup(machine) : NULL;
  return machine != NULL && self->machine == NULL ? -1 : 0;
}

void sim_host_free(struct sim_host *self) {
  free(self->machine);
}

enum { START_US = 200000 };

bool sim_host_lacks(const struct sim_host *self, int faults) {
  return faults > 0 && self->network->now - self->started > START_US;
}

void sim_host_wake(struct sim_host *self) {
  if (self->in_turn) {
    self->wants_turn = true;
  } else if (sim_host_runs(self) && !timer_is_set(&self->run)) {
    network_at_chance(self->network, &self->run, self->busy_until);
  }
}

bool sim_host_is_same_machine(const struct sim_host *a, const struct sim_host *b) {
  if (a == b) return true;
  if (a->machine == NULL || b->machine == NULL) return a->machine == b->machine;
  return strcmp(a->machine, b->machine) == 0;
}
