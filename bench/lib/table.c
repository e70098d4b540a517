/*
** table.c - see table.h.
*/

#include "bench/lib/table.h"

#include <stdint.h>
#include <string.h>

#include "bench/lib/check.h"

struct table_entry {
  struct table_entry *next;
  void *value;
  uint32_t hash;
  uint32_t size;
  unsigned char key[];
};

static uint32_t hash_of(const unsigned char *key, size_t size) { /* FNV-1a */
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < size; i++) hash = (hash ^ key[i]) * 16777619u;
  return hash;
}

/* The link that holds the key's entry, or the one at the end of its chain. */
static struct table_entry **find(const struct table *self, const void *key, size_t size,
                                 uint32_t hash) {
  struct table_entry **link = &self->buckets[hash & (self->size - 1)];
  while (*link != NULL &&
         ((*link)->hash != hash || (*link)->size != size || memcmp((*link)->key, key, size) != 0)) {
    link = &(*link)->next;
  }
  return link;
}

static void grow(struct table *self) {
  struct table larger = {.size = self->size != 0 ? self->size * 2 : 64, .count = self->count};
  larger.buckets = check_memory(larger.size * sizeof(struct table_entry *));
  for (size_t i = 0; i < self->size; i++) {
    for (struct table_entry *entry = self->buckets[i], *next; entry != NULL; entry = next) {
      next = entry->next;
      struct table_entry **link = &larger.buckets[entry->hash & (larger.size - 1)];
      entry->next = *link;
      *link = entry;
    }
  }
  free(self->buckets);
  *self = larger;
}

void *table_get(const struct table *self, const void *key, size_t size) {
  if (self->count == 0) return NULL;
  struct table_entry *entry = *find(self, key, size, hash_of(key, size));
  return entry != NULL ? entry->value : NULL;
}

void table_add(struct table *self, const void *key, size_t size, void *value) {
  if (self->count >= self->size) grow(self);
  struct table_entry *entry = check_memory(sizeof *entry + size);
  entry->hash = hash_of(key, size);
  entry->size = (uint32_t)size;
  entry->value = value;
  memcpy(entry->key, key, size);
  struct table_entry **link = &self->buckets[entry->hash & (self->size - 1)];
  entry->next = *link;
  *link = entry;
  self->count++;
}

void table_remove(struct table *self, const void *key, size_t size) {
  if (self->count == 0) return;
  struct table_entry **link = find(self, key, size, hash_of(key, size));
  struct table_entry *entry = *link;
  if (entry == NULL) return;
  *link = entry->next;
  free(entry);
  self->count--;
}
