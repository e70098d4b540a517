/*
** table.h - a hash table from short byte strings to pointers.
**
** For brokers: services by name, workers by routing id. Chained, growing,
** never shrinking. The values belong to the caller.
*/

#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include <stddef.h>

struct table_entry;

struct table {
  struct table_entry **buckets; /* NULL until the first entry */
  size_t size;                  /* of 'buckets', a power of two */
  size_t count;
};

void *table_get(const struct table *self, const void *key, size_t size);

/* Add a key that is not in the table. */
void table_add(struct table *self, const void *key, size_t size, void *value);

void table_remove(struct table *self, const void *key, size_t size);

#endif
