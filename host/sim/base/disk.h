/*
** disk.h - what is on a simulated disk: stores by name, and what was committed to each.
**
** It outlives crashes of its node. Knows no time and no faults.
*/

#ifndef HOST_SIM_BASE_DISK_H
#define HOST_SIM_BASE_DISK_H

#include <stdbool.h>
#include <stddef.h>

#include "host/core/world.h"

struct disk_store;

struct disk {
  struct disk_store *stores; /* all of them, the latest first */
};

void disk_free(struct disk *self);

/* The store of this name, which is made if it is new; NULL and ENOMEM. */
struct disk_store *disk_find(struct disk *self, const char *name);

/* Only one may have it open. False: it is. */
bool disk_store_take(struct disk_store *self);
void disk_store_release(struct disk_store *self);

const struct world_entry *disk_store_get(const struct disk_store *self, const char *key,
                                         size_t size);

/* All of these, or none: 0, or -1 and ENOMEM. Kind 0 deletes. */
int disk_store_apply(struct disk_store *self, const struct world_entry *entries, size_t count);

/* Copies of the entries whose keys begin so, in the order of keys: -1 and ENOMEM. They are
** freed by disk_copies_free. */
int disk_store_copy(const struct disk_store *self, const char *prefix, size_t size,
                    struct world_entry **copies, size_t *count);
void disk_copies_free(struct world_entry *copies, size_t count);

#endif
