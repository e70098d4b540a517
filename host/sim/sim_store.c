/*
** sim_store.c - see sim_store.h.
*/

#include "host/sim/sim_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS = 1000, QUICK_MS = 10, SLOWEST_MS = 200, QUICK_ODDS = 80, KEPT_ODDS = 50 };

struct sim_store {
  struct world_store base; /* first */
  struct sim_disk *owner;
  struct disk_store *disk;
  struct timer done;                 /* when the commit is */
  const struct world_entry *entries; /* to be committed */
  size_t count;
  bool bad; /* a fault was there when it began */
};

struct world_cursor {
  struct world_entry *entries;
  size_t count, place;
};

static struct sim_store *sim_store(struct world_store *base) {
  return (struct sim_store *)base;
}

static int get(struct world_store *base, const char *key, size_t size, struct world_value *value) {
  const struct world_entry *entry = disk_store_get(sim_store(base)->disk, key, size);
  if (entry == NULL) return 0;
  *value = entry->value;
  return 1;
}

static struct world_cursor *scan(struct world_store *base, const char *prefix, size_t size) {
  struct world_cursor *cursor = calloc(1, sizeof *cursor);
  if (cursor != NULL &&
      disk_store_copy(sim_store(base)->disk, prefix, size, &cursor->entries, &cursor->count) == 0) {
    return cursor;
  }
  free(cursor);
  snprintf(base->reason, sizeof base->reason, "not enough memory");
  return NULL;
}

static int next(struct world_cursor *cursor, struct world_entry *entry) {
  if (cursor->place == cursor->count) return 0;
  *entry = cursor->entries[cursor->place++];
  return 1;
}

static void end(struct world_cursor *cursor) {
  disk_copies_free(cursor->entries, cursor->count);
  free(cursor);
}

static bool apply(struct sim_store *self) {
  return disk_store_apply(self->disk, self->entries, self->count) == 0;
}

static void finish(struct timer *timer) {
  struct sim_store *self = list_entry(timer, struct sim_store, done);
  bool bad = self->bad || self->owner->failures > 0;
  self->base.failed = bad || !apply(self);
  if (self->base.failed) {
    snprintf(self->base.reason, sizeof self->base.reason, "disk I/O error");
  }
  self->count = 0;
  self->base.committed(self->base.source);
}

static void commit(struct world_store *base, const struct world_entry *entries, size_t count) {
  struct sim_store *self = sim_store(base);
  struct sim_disk *disk = self->owner;
  if (disk->crashed) return;
  int64_t most = random_chance(&disk->random, QUICK_ODDS) ? QUICK_MS : SLOWEST_MS;
  int64_t took = random_between(&disk->random, MS, most * MS);
  if (disk->delay > 0) took += random_between(&disk->random, 0, disk->delay);
  self->entries = entries;
  self->count = count;
  self->bad = disk->failures > 0;
  network_at(disk->network, &self->done, disk->network->now + took);
  sim_host_acted(disk->host, SIM_PUT);
}

/* An orderly end waits for a commit under way; a crash does not. */
static void close_store(struct world_store *base) {
  struct sim_store *self = sim_store(base);
  struct sim_disk *disk = self->owner;
  network_cancel(disk->network, &self->done);
  if (self->count > 0 && !self->bad && disk->failures == 0 &&
      (!disk->crashed || random_chance(&disk->random, KEPT_ODDS))) {
    apply(self);
  }
  disk_store_release(self->disk);
  free(self);
}

static const struct world_store_functions functions = {
    .get = get, .scan = scan, .next = next, .end = end, .commit = commit, .close = close_store};

struct world_store *sim_store_open(struct sim_disk *disk, const char *path, char *reason) {
  const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
  struct sim_store *self = calloc(1, sizeof *self);
  if (self != NULL) self->disk = disk_find(&disk->disk, name);
  if (self == NULL || self->disk == NULL) {
    snprintf(reason, WORLD_STORE_REASON_SIZE, "not enough memory");
  } else if (!disk_store_take(self->disk)) {
    snprintf(reason, WORLD_STORE_REASON_SIZE, "%s is in use by %s", path, disk->node);
  } else {
    self->base.functions = &functions;
    self->owner = disk;
    timer_init(&self->done, finish);
    return &self->base;
  }
  free(self);
  return NULL;
}
