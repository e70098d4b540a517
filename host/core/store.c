/*
** store.c - see store.h.
*/

#include "host/core/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A walk over the world's entries and, in the order of keys, a copy of those that were
** not yet on disk when it began: where both have a key, ours is newer. */
struct store_cursor {
  struct list link; /* in its store */
  struct store *store;
  struct world_cursor *world;
  struct world_entry stored; /* the world's next */
  int has_stored;            /* 1; 0: it has no more */
  bool used;                 /* the world's next was given out: the one after it is to be read */
  struct store_batch fresh;
  size_t place;
};

static int fail(struct store *self, const char *reason) {
  if (reason != self->reason) snprintf(self->reason, sizeof self->reason, "%s", reason);
  return -1;
}

/* ---- commits ---- */

static bool is_busy(const struct store *self) {
  return self->committing.count > 0;
}

bool store_is_dirty(const struct store *self) {
  return self->pending.count > 0 || is_busy(self) || self->failed;
}

static void begin(struct store *self) {
  self->asked = false;
  timers_cancel(&self->node->timers, &self->flush);
  self->committing = self->pending;
  self->pending = (struct store_batch){0};
  list_join(&self->served, &self->waiting);
  self->world->functions->commit(self->world, self->committing.entries, self->committing.count);
}

static void tell(struct store *self, const char *reason) {
  struct list served;
  list_init(&served);
  list_join(&served, &self->served);
  if (reason != NULL) list_join(&served, &self->waiting);
  self->user->settled(self, &served, reason);
}

/* What was put meanwhile builds on what is lost. */
static void lose(struct store *self, const char *reason) {
  fail(self, reason);
  self->failed = list_empty(&self->served) && list_empty(&self->waiting);
  self->asked = false;
  timers_cancel(&self->node->timers, &self->flush);
  store_batch_clear(&self->pending);
  tell(self, self->reason);
}

static void settle(struct store *self) {
  self->answered = false;
  store_batch_clear(&self->committing);
  if (self->world->failed) {
    lose(self, self->world->reason);
  } else {
    self->commits++;
    tell(self, NULL);
  }
}

static void work(struct node_work *work) {
  struct store *self = list_entry(work, struct store, work);
  if (self->world == NULL) return;
  if (self->answered) settle(self);
  if (self->asked && !is_busy(self) && self->pending.count > 0) begin(self);
}

static void ask(struct store *self) {
  self->asked = true;
  if (!is_busy(self)) node_add_work(self->node, &self->work);
}

static void flush(struct timer *timer) {
  ask(list_entry(timer, struct store, flush));
}

static void committed(void *source) {
  struct store *self = source;
  self->answered = true;
  node_add_work(self->node, &self->work);
}

int store_sync(struct store *self, struct list *waiter) {
  if (self->failed) {
    self->failed = false;
    store_batch_clear(&self->pending);
    return -1;
  }
  if (self->pending.count > 0) {
    list_append(&self->waiting, waiter);
    ask(self);
    return 0;
  }
  if (!is_busy(self)) return 1;
  list_append(&self->served, waiter);
  return 0;
}

/* ---- reading and writing ---- */

int store_get(struct store *self, const char *key, size_t size, struct world_value *value) {
  const struct world_entry *entry = store_batch_find(&self->pending, key, size);
  if (entry == NULL) entry = store_batch_find(&self->committing, key, size);
  if (entry != NULL) {
    *value = entry->value;
    return entry->value.kind != 0;
  }
  int found = self->world->functions->get(self->world, key, size, value);
  return found < 0 ? fail(self, self->world->reason) : found;
}

int store_put(struct store *self, const char *key, size_t size, const struct world_value *value) {
  bool first = self->pending.count == 0;
  if (store_batch_put(&self->pending, key, size, value) != 0) return -1;
  if (self->pending.bytes >= STORE_FLUSH_BYTES) {
    if (!self->asked) ask(self);
  } else if (first) {
    struct node *node = self->node;
    timers_set(&node->timers, &self->flush, node_after(node, STORE_FLUSH_MS));
    node_schedule(node); /* it may be put from outside a turn */
  }
  return 0;
}

/* ---- walking through ---- */

static int compare_entries(const void *a, const void *b) {
  const struct world_entry *first = a, *second = b;
  return store_compare_keys(first->key, first->key_size, second->key, second->key_size);
}

static bool add_fresh(struct store_cursor *self, const struct store_batch *batch,
                      const char *prefix, size_t size) {
  for (size_t i = 0; i < batch->count; i++) {
    const struct world_entry *entry = &batch->entries[i];
    if (entry->key_size < size || memcmp(entry->key, prefix, size) != 0) continue;
    if (store_batch_put(&self->fresh, entry->key, entry->key_size, &entry->value) != 0) {
      return false;
    }
  }
  return true;
}

static int read_stored(struct store_cursor *self) {
  struct world_store *world = self->store->world;
  self->has_stored = world->functions->next(self->world, &self->stored);
  return self->has_stored < 0 ? fail(self->store, world->reason) : 0;
}

struct store_cursor *store_scan(struct store *self, const char *prefix, size_t size) {
  struct store_cursor *cursor = calloc(1, sizeof *cursor);
  if (cursor == NULL) {
    fail(self, "not enough memory");
    return NULL;
  }
  cursor->store = self;
  list_init(&cursor->link);
  list_append(&self->cursors, &cursor->link);
  if (!add_fresh(cursor, &self->committing, prefix, size) ||
      !add_fresh(cursor, &self->pending, prefix, size)) {
    fail(self, "not enough memory");
    goto failed;
  }
  if (cursor->fresh.count > 1) {
    qsort(cursor->fresh.entries, cursor->fresh.count, sizeof *cursor->fresh.entries,
          compare_entries);
  }
  cursor->world = self->world->functions->scan(self->world, prefix, size);
  if (cursor->world == NULL) {
    fail(self, self->world->reason);
    goto failed;
  }
  if (read_stored(cursor) == 0) return cursor;
failed:
  store_end(cursor);
  return NULL;
}

/* The next of both in the order of keys, deletions too; 0 at the end. What the world gave
** is valid until the world is asked again, which is why it is asked late. */
static int next_of_both(struct store_cursor *self, struct world_entry *entry, bool *stored) {
  const struct world_entry *fresh =
      self->place < self->fresh.count ? &self->fresh.entries[self->place] : NULL;
  int order = fresh == NULL ? 1 : -1;
  if (fresh != NULL && self->has_stored) order = compare_entries(fresh, &self->stored);
  if (order > 0 && !self->has_stored) return 0;
  if (order <= 0) self->place++;
  *entry = order <= 0 ? *fresh : self->stored;
  *stored = order >= 0;
  return 1;
}

int store_next(struct store_cursor *self, struct world_entry *entry) {
  bool stored;
  do {
    if (self->used && read_stored(self) != 0) return -1;
    self->used = false;
    if (!next_of_both(self, entry, &stored)) return 0;
    self->used = stored;
  } while (entry->value.kind == 0);
  return 1;
}

struct store *store_of_cursor(const struct store_cursor *self) {
  return self->store;
}

static void let_go(struct store_cursor *self) {
  if (self->world != NULL) self->store->world->functions->end(self->world);
  self->world = NULL;
  self->store = NULL;
  list_remove(&self->link);
}

void store_end(struct store_cursor *self) {
  if (self->store != NULL) let_go(self);
  store_batch_clear(&self->fresh);
  free(self);
}

/* ---- from open to close ---- */

int store_open(struct store *self, struct node *node, const char *path,
               const struct store_user *user) {
  *self = (struct store){.node = node, .user = user, .work = {.run = work}};
  list_init(&self->waiting);
  list_init(&self->served);
  list_init(&self->cursors);
  list_init(&self->work.link);
  timer_init(&self->flush, flush);
  self->world = node->world->functions->open_store(node->world, path, self->reason);
  if (self->world == NULL) return -1;
  self->world->source = self;
  self->world->committed = committed;
  return 0;
}

void store_close(struct store *self) {
  if (self->world == NULL) return;
  struct list *link;
  while ((link = list_first(&self->cursors)) != NULL) {
    let_go(list_entry(link, struct store_cursor, link));
  }
  timers_cancel(&self->node->timers, &self->flush);
  list_remove(&self->work.link);
  self->world->functions->close(self->world);
  self->world = NULL;
  store_batch_clear(&self->pending);
  store_batch_clear(&self->committing);
}
