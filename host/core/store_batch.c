/*
** store_batch.c - see store_batch.h. Each entry's key and value lie in one block, the
** key first.
*/

#include "host/core/store_batch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

int store_compare_keys(const char *a, size_t a_size, const char *b, size_t b_size) {
  int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
  return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

/* FNV-1a: keys are short, and are the script's own. */
static size_t hash(const char *key, size_t size) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)key[i]) * UINT64_C(0x100000001b3);
  return (size_t)(hash ^ hash >> 32);
}

/* Where the key is in the table, or would be. */
static uint32_t *place_of(const struct store_batch *self, const char *key, size_t size) {
  size_t at = hash(key, size) & self->mask;
  while (self->places[at] != 0) {
    const struct world_entry *entry = &self->entries[self->places[at] - 1];
    if (entry->key_size == size && memcmp(entry->key, key, size) == 0) break;
    at = (at + 1) & self->mask;
  }
  return &self->places[at];
}

/* Room for one more entry; the table is at most half full. */
static bool grow(struct store_batch *self) {
  if (self->count < self->room) return true;
  size_t room = self->room > 0 ? self->room * 2 : FIRST_ROOM;
  struct world_entry *entries = realloc(self->entries, room * sizeof *entries);
  if (entries == NULL) return false;
  self->entries = entries;
  uint32_t *places = calloc(room * 2, sizeof *places);
  if (places == NULL) return false;
  free(self->places);
  self->places = places;
  self->mask = room * 2 - 1;
  self->room = room;
  for (size_t i = 0; i < self->count; i++) {
    *place_of(self, entries[i].key, entries[i].key_size) = (uint32_t)i + 1;
  }
  return true;
}

static size_t size_of(const struct world_entry *entry) {
  return entry->key_size + entry->value.size;
}

int store_batch_put(struct store_batch *self, const char *key, size_t size,
                    const struct world_value *value) {
  if (self->count == UINT32_MAX || !grow(self)) {
    errno = ENOMEM;
    return -1;
  }
  char *block = malloc(size + value->size + 1); /* never of no size */
  if (block == NULL) return -1;
  memcpy(block, key, size);
  if (value->size > 0) memcpy(block + size, value->bytes, value->size);
  uint32_t *place = place_of(self, key, size);
  if (*place == 0) {
    *place = (uint32_t)++self->count;
  } else {
    struct world_entry *old = &self->entries[*place - 1];
    self->bytes -= size_of(old);
    free((void *)old->key);
  }
  struct world_entry *entry = &self->entries[*place - 1];
  *entry = (struct world_entry){
      .key = block, .key_size = size, .value = {value->kind, value->size, block + size}};
  self->bytes += size_of(entry);
  return 0;
}

const struct world_entry *store_batch_find(const struct store_batch *self, const char *key,
                                           size_t size) {
  if (self->count == 0) return NULL;
  uint32_t place = *place_of(self, key, size);
  return place > 0 ? &self->entries[place - 1] : NULL;
}

void store_batch_clear(struct store_batch *self) {
  for (size_t i = 0; i < self->count; i++) free((void *)self->entries[i].key);
  free(self->entries);
  free(self->places);
  *self = (struct store_batch){0};
}
