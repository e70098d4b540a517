/*
** kept_log.c - see kept_log.h.
*/

#include "host/real/os/kept_log.h"

#include <stdbool.h>
#include <stdlib.h>

void kept_log_init(struct kept_log *self) {
  *self = (struct kept_log){0};
  uv_mutex_init(&self->lock);
}

void kept_log_free(struct kept_log *self) {
  uv_mutex_destroy(&self->lock);
  free(self->bytes);
}

void kept_log_add(struct kept_log *self, const char *line, size_t size) {
  uv_mutex_lock(&self->lock);
  if (self->bytes == NULL) self->bytes = malloc(KEPT_LOG_SIZE);
  for (size_t i = 0; self->bytes != NULL && i < size; i++) {
    self->bytes[self->written++ % KEPT_LOG_SIZE] = line[i];
  }
  if (self->added != NULL) self->added(self->arg);
  uv_mutex_unlock(&self->lock);
}

void kept_log_watch(struct kept_log *self, void (*added)(void *arg), void *arg) {
  uv_mutex_lock(&self->lock);
  self->added = added;
  self->arg = arg;
  uv_mutex_unlock(&self->lock);
}

static uint64_t oldest_line(const struct kept_log *self) {
  if (self->written <= KEPT_LOG_SIZE) return 0;
  uint64_t place = self->written - KEPT_LOG_SIZE;
  while (place < self->written && self->bytes[place % KEPT_LOG_SIZE] != '\n') place++;
  return place < self->written ? place + 1 : place;
}

uint64_t kept_log_begin(struct kept_log *self) {
  uv_mutex_lock(&self->lock);
  uint64_t place = oldest_line(self);
  uv_mutex_unlock(&self->lock);
  return place;
}

size_t kept_log_read(struct kept_log *self, uint64_t *place, char *bytes, size_t room,
                     uint64_t *lost) {
  size_t size = 0;
  uv_mutex_lock(&self->lock);
  bool is_there = *place + KEPT_LOG_SIZE >= self->written;
  uint64_t from = is_there ? *place : oldest_line(self);
  *lost = from - *place;
  while (size < room && from < self->written) bytes[size++] = self->bytes[from++ % KEPT_LOG_SIZE];
  *place = from;
  uv_mutex_unlock(&self->lock);
  return size;
}
