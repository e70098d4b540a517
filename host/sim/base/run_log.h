/*
** run_log.h - the log of a run: a hash over all that happened, and records of the
** events that are kept.
**
** A record is a time, a kind, a node and bytes; their meaning is the caller's.
*/

#ifndef HOST_SIM_BASE_RUN_LOG_H
#define HOST_SIM_BASE_RUN_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run_log {
  uint64_t hash;
  char *bytes; /* records, each padded to eight bytes */
  size_t size, room;
  bool lost; /* no memory for some */
};

struct run_record {
  int64_t time;
  uint32_t kind;
  int32_t node;
  uint64_t size;
  const void *data;
};

void run_log_init(struct run_log *self, uint64_t seed);
void run_log_free(struct run_log *self);

/* Into the hash: the head of an event, a word, bytes. */
void run_log_mix_head(struct run_log *self, int64_t time, uint32_t kind, int node);
void run_log_mix(struct run_log *self, uint64_t word);
void run_log_mix_bytes(struct run_log *self, const void *data, size_t size);

/* A new record: the room for its 'size' bytes, valid until the next record. NULL when there is no
** memory. */
char *run_log_append(struct run_log *self, int64_t time, uint32_t kind, int node, size_t size);

/* The record at '*place', which begins at 0 and is moved on; false behind the last. */
bool run_log_next(const struct run_log *self, size_t *place, struct run_record *record);

#endif
