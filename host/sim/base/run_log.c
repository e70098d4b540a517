/*
** run_log.c - see run_log.h.
*/

#include "host/sim/base/run_log.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16384, ALIGNMENT = 8 };

struct record {
  int64_t time;
  uint32_t kind;
  int32_t node;
  uint64_t size;
};

void history_init(struct history *self, const bool *keep, uint64_t seed) {
  *self = (struct history){.hash = 0xcbf29ce484222325u ^ seed};
  memcpy(self->keep, keep, sizeof self->keep);
}

void history_free(struct history *self) {
  free(self->bytes);
  self->bytes = NULL;
}

/* FNV-1a in words of eight bytes, with a shift that lets high bits come down. */
static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

static uint64_t mix_bytes(uint64_t hash, const void *data, size_t size) {
  const char *bytes = data;
  uint64_t word;
  hash = mix(hash, size);
  for (; size >= sizeof word; bytes += sizeof word, size -= sizeof word) {
    memcpy(&word, bytes, sizeof word);
    hash = mix(hash, word);
  }
  if (size > 0) {
    word = 0;
    memcpy(&word, bytes, size);
    hash = mix(hash, word);
  }
  return hash;
}

/* Room for a record with so much data; NULL if there is none. */
static char *extend(struct history *self, size_t size) {
  size_t padded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  size_t need = self->size + sizeof(struct record) + padded;
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
  char *place = self->bytes + self->size;
  self->size = need;
  return place;
}

static char *begin(struct history *self, int64_t time, enum sim_event_kind kind, int node,
                   size_t size) {
  char *place = extend(self, size);
  if (place == NULL) return NULL;
  struct record record = {time, (uint32_t)kind, node, size};
  memcpy(place, &record, sizeof record);
  return place + sizeof record;
}

static void *append(char *place, const void *data, size_t size) {
  if (size > 0) memcpy(place, data, size);
  return place + size;
}

static void mix_head(struct history *self, int64_t time, enum sim_event_kind kind, int node) {
  self->hash = mix(self->hash, (uint64_t)time);
  self->hash = mix(self->hash, (uint64_t)kind << 32 | (uint32_t)node);
}

void history_add(struct history *self, int64_t time, enum sim_event_kind kind, int node,
                 const void *data, size_t size, const void *more, size_t more_size) {
  mix_head(self, time, kind, node);
  self->hash = mix_bytes(self->hash, data, size);
  self->hash = mix_bytes(self->hash, more, more_size);
  if (!self->keep[kind]) return;
  char *place = begin(self, time, kind, node, size + more_size);
  if (place != NULL) append(append(place, data, size), more, more_size);
}

void history_fault(struct history *self, int64_t time, enum sim_event_kind kind,
                   const struct sim_fault *fault) {
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
  history_add(self, time, kind, fault->node, &clean, sizeof clean, NULL, 0);
}

void history_message(struct history *self, int64_t time, enum sim_event_kind kind, int node,
                     const struct sim_message *about, struct message *message) {
  mix_head(self, time, kind, node);
  self->hash = mix(self->hash, about->id << 16 ^ (uint64_t)(uint32_t)about->socket);
  size_t total = sizeof *about;
  for (int i = 0; i < message->count; i++) {
    size_t size = zmq_msg_size(&message->frame[i]);
    total += sizeof(uint32_t) + size;
    if (kind == SIM_SENT) {
      self->hash = mix_bytes(self->hash, zmq_msg_data(&message->frame[i]), size);
    }
  }
  if (!self->keep[kind]) return;
  char *place = begin(self, time, kind, node, total);
  if (place == NULL) return;
  place = append(place, about, sizeof *about);
  for (int i = 0; i < message->count; i++) {
    uint32_t size = (uint32_t)zmq_msg_size(&message->frame[i]);
    place = append(place, &size, sizeof size);
    place = append(place, zmq_msg_data(&message->frame[i]), size);
  }
}

bool history_next(const struct history *self, size_t *place, struct sim_event *event) {
  if (*place >= self->size) return false;
  struct record record;
  memcpy(&record, self->bytes + *place, sizeof record);
  *event = (struct sim_event){.time = record.time,
                              .kind = (enum sim_event_kind)record.kind,
                              .node = record.node,
                              .size = record.size,
                              .data = self->bytes + *place + sizeof record};
  *place += sizeof record + (record.size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  return true;
}
