/*
** sim_input.c - see sim_input.h.
*/

#include "host/sim/sim_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void due(struct timer *timer) {
  struct sim_input *self = list_entry(timer, struct sim_input, next);
  self->is_news = true;
  sim_host_wake(self->host);
}

static enum world_line_kind take(struct world_input *base, struct world_line *line) {
  struct sim_input *self = (struct sim_input *)base;
  if (self->place == self->count) return WORLD_LINE_END;
  const struct sim_line *next = &self->lines[self->place];
  struct network *network = self->host->network;
  if (next->time > network->now) {
    if (next->time < WORLD_NEVER) network_at(network, &self->next, next->time);
    return WORLD_LINE_NONE;
  }
  if (next->bytes == NULL) return WORLD_LINE_END;
  *line = (struct world_line){.bytes = next->bytes, .size = next->size};
  self->place++;
  return WORLD_LINE;
}

static void close_input(struct world_input *base) {
  struct sim_input *self = (struct sim_input *)base;
  network_cancel(self->host->network, &self->next);
  self->open = self->is_news = false;
}

static const struct world_input_functions functions = {.take = take, .close = close_input};

void sim_input_init(struct sim_input *self, struct sim_host *host) {
  *self = (struct sim_input){.base = {.functions = &functions}, .host = host};
  timer_init(&self->next, due);
}

void sim_input_free(struct sim_input *self) {
  free(self->lines);
}

int sim_input_set(struct sim_input *self, const struct sim_line *lines, int count) {
  struct sim_line *copy = calloc((size_t)count + 1, sizeof *copy);
  if (copy == NULL) return -1;
  memcpy(copy, lines, sizeof *lines * (size_t)count);
  free(self->lines);
  self->lines = copy;
  self->count = count;
  return 0;
}

struct world_input *sim_input_open(struct sim_input *self) {
  if (self->open) {
    errno = EBUSY;
    return NULL;
  }
  self->open = true;
  return &self->base;
}

void sim_input_tell(struct sim_input *self) {
  if (!self->is_news) return;
  self->is_news = false;
  self->base.ready(self->base.source);
}
