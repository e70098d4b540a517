/*
** store_batch.h - puts that go to disk together, found by their keys.
*/

#ifndef HOST_CORE_STORE_BATCH_H
#define HOST_CORE_STORE_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "host/core/world.h"

/* In the order of the keys' first put. An empty one needs no memory, and may be all zero. */
struct store_batch {
  struct world_entry *entries;
  size_t count, room;
  uint32_t *places; /* a hash table: 0 is free, else the number of an entry, from 1 */
  size_t mask;      /* the table's size less 1 */
  size_t bytes;
};

/* Keep a copy of this key and value, in the place of an earlier one of the key. 0, or -1
** and ENOMEM: then the batch is as it was. */
int store_batch_put(struct store_batch *self, const char *key, size_t size,
                    const struct world_value *value);

/* NULL: the key is not in it. */
const struct world_entry *store_batch_find(const struct store_batch *self, const char *key,
                                           size_t size);

void store_batch_clear(struct store_batch *self);

/* How keys are ordered: by their bytes, the shorter first. */
int store_compare_keys(const char *a, size_t a_size, const char *b, size_t b_size);

#endif
