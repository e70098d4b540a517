/*
** disk.c - see disk.h. A store is a sorted array: what is simulated is small.
*/

#include "host/sim/base/disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/core/store_batch.h"

struct disk_store {
  struct disk_store *next;
  char *name;
  bool taken;
  struct world_entry *entries; /* in the order of keys; a block each, the key first */
  size_t count, room;
};

static void free_store(struct disk_store *self) {
  for (size_t i = 0; i < self->count; i++) free((void *)self->entries[i].key);
  free(self->entries);
  free(self->name);
  free(self);
}

void disk_free(struct disk *self) {
  struct disk_store *next;
  for (struct disk_store *store = self->stores; store != NULL; store = next) {
    next = store->next;
    free_store(store);
  }
  self->stores = NULL;
}

struct disk_store *disk_find(struct disk *self, const char *name) {
  for (struct disk_store *store = self->stores; store != NULL; store = store->next) {
    if (strcmp(store->name, name) == 0) return store;
  }
  struct disk_store *store = calloc(1, sizeof *store);
  if (store != NULL) store->name = strdup(name);
  if (store == NULL || store->name == NULL) {
    free(store);
    errno = ENOMEM;
    return NULL;
  }
  store->next = self->stores;
  self->stores = store;
  return store;
}

bool disk_store_take(struct disk_store *self) {
  if (self->taken) return false;
  self->taken = true;
  return true;
}

void disk_store_release(struct disk_store *self) {
  self->taken = false;
}

/* How many keys are before this one. */
static size_t place_of(const struct disk_store *self, const char *key, size_t size) {
  size_t low = 0, high = self->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const struct world_entry *entry = &self->entries[middle];
    if (store_compare_keys(entry->key, entry->key_size, key, size) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static bool is_at(const struct disk_store *self, size_t place, const char *key, size_t size) {
  if (place == self->count) return false;
  const struct world_entry *entry = &self->entries[place];
  return entry->key_size == size && memcmp(entry->key, key, size) == 0;
}

const struct world_entry *disk_store_get(const struct disk_store *self, const char *key,
                                         size_t size) {
  size_t place = place_of(self, key, size);
  return is_at(self, place, key, size) ? &self->entries[place] : NULL;
}

static bool copy_entry(struct world_entry *copy, const struct world_entry *entry) {
  char *block = malloc(entry->key_size + entry->value.size + 1);
  if (block == NULL) return false;
  memcpy(block, entry->key, entry->key_size);
  if (entry->value.size > 0) memcpy(block + entry->key_size, entry->value.bytes, entry->value.size);
  *copy = *entry;
  copy->key = block;
  copy->value.bytes = block + entry->key_size;
  return true;
}

static bool grow(struct disk_store *self, size_t room) {
  if (room <= self->room) return true;
  struct world_entry *entries = realloc(self->entries, room * 2 * sizeof *entries);
  if (entries == NULL) return false;
  self->entries = entries;
  self->room = room * 2;
  return true;
}

static void move(struct disk_store *self, size_t from, size_t to) {
  memmove(&self->entries[to], &self->entries[from], (self->count - from) * sizeof *self->entries);
}

/* Takes over the entry's block. */
static void apply_one(struct disk_store *self, const struct world_entry *entry) {
  size_t place = place_of(self, entry->key, entry->key_size);
  bool there = is_at(self, place, entry->key, entry->key_size);
  if (there) free((void *)self->entries[place].key);
  if (entry->value.kind == 0) {
    if (there) {
      move(self, place + 1, place);
      self->count--;
    }
    free((void *)entry->key);
    return;
  }
  if (!there) {
    move(self, place, place + 1);
    self->count++;
  }
  self->entries[place] = *entry;
}

int disk_store_apply(struct disk_store *self, const struct world_entry *entries, size_t count) {
  struct world_entry *copies = calloc(count + 1, sizeof *copies);
  size_t made = 0;
  if (copies == NULL || !grow(self, self->count + count)) goto no_memory;
  for (; made < count; made++) {
    if (!copy_entry(&copies[made], &entries[made])) goto no_memory;
  }
  for (size_t i = 0; i < count; i++) apply_one(self, &copies[i]);
  free(copies);
  return 0;
no_memory:
  disk_copies_free(copies, made);
  errno = ENOMEM;
  return -1;
}

int disk_store_copy(const struct disk_store *self, const char *prefix, size_t size,
                    struct world_entry **copies, size_t *count) {
  size_t first = place_of(self, prefix, size), last = first;
  while (last < self->count && self->entries[last].key_size >= size &&
         memcmp(self->entries[last].key, prefix, size) == 0) {
    last++;
  }
  *count = 0;
  *copies = calloc(last - first + 1, sizeof **copies);
  if (*copies == NULL) return -1;
  for (; *count < last - first; ++*count) {
    if (!copy_entry(&(*copies)[*count], &self->entries[first + *count])) {
      disk_copies_free(*copies, *count);
      return -1;
    }
  }
  return 0;
}

void disk_copies_free(struct world_entry *copies, size_t count) {
  if (copies == NULL) return;
  for (size_t i = 0; i < count; i++) free((void *)copies[i].key);
  free(copies);
}
