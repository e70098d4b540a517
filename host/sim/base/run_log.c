/*
** run_log.c - see run_log.h.
*/

#include "host/sim/base/run_log.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16384, ALIGNMENT = 8 };

struct head {
  int64_t time;
  uint32_t kind;
  int32_t node;
  uint64_t size;
};

void run_log_init(struct run_log *self, uint64_t seed) {
  *self = (struct run_log){.hash = 0xcbf29ce484222325u ^ seed};
}

void run_log_free(struct run_log *self) {
  free(self->bytes);
  self->bytes = NULL;
}

/* FNV-1a in words of eight bytes, with a shift that lets high bits come down. */
void run_log_mix(struct run_log *self, uint64_t word) {
  uint64_t hash = (self->hash ^ word) * 0x9e3779b97f4a7c15u;
  self->hash = hash ^ (hash >> 29);
}

void run_log_mix_bytes(struct run_log *self, const void *data, size_t size) {
  const char *bytes = data;
  uint64_t word;
  run_log_mix(self, size);
  for (; size >= sizeof word; bytes += sizeof word, size -= sizeof word) {
    memcpy(&word, bytes, sizeof word);
    run_log_mix(self, word);
  }
  if (size == 0) return;
  word = 0;
  memcpy(&word, bytes, size);
  run_log_mix(self, word);
}

void run_log_mix_head(struct run_log *self, int64_t time, uint32_t kind, int node) {
  run_log_mix(self, (uint64_t)time);
  run_log_mix(self, (uint64_t)kind << 32 | (uint32_t)node);
}

static size_t padded(size_t size) {
  return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

char *run_log_append(struct run_log *self, int64_t time, uint32_t kind, int node, size_t size) {
  size_t need = self->size + sizeof(struct head) + padded(size);
  if (need > self->room) {
    size_t room = self->room > 0 ? self->room : FIRST_ROOM;
    while (room < need) room *= 2;
    char *bytes = realloc(self->bytes, room);
    if (bytes == NULL) {
      self->lost = true;
      return NULL;
    }
    self->bytes = bytes;
    self->room = room;
  }
  struct head head = {time, kind, node, size};
  char *place = self->bytes + self->size;
  memcpy(place, &head, sizeof head);
  self->size = need;
  return place + sizeof head;
}

bool run_log_next(const struct run_log *self, size_t *place, struct run_record *record) {
  if (*place >= self->size) return false;
  struct head head;
  memcpy(&head, self->bytes + *place, sizeof head);
  *record = (struct run_record){head.time, head.kind, head.node, head.size,
                                self->bytes + *place + sizeof head};
  *place += sizeof head + padded(head.size);
  return true;
}
