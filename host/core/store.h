/*
** store.h - a node's durable store: what is put is seen at once, and is on disk
** after the next good sync.
**
** Here is what is the same in every world: puts that are not yet on disk, commits
** that callers of one moment share, and the loss of both when a commit fails. What
** was committed is the world's (struct world_store).
**
** What is put between two waits of the script is in one commit. So a commit begins,
** and is settled, only between two events of the node.
*/

#ifndef HOST_CORE_STORE_H
#define HOST_CORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/core/node.h"
#include "host/core/store_batch.h"
#include "host/core/timers.h"
#include "host/core/world.h"

struct store;
struct store_cursor;

enum { STORE_REASON_SIZE = WORLD_STORE_REASON_SIZE };

/* Puts without a sync are committed after this time, or from this size on. */
enum { STORE_FLUSH_MS = 1000, STORE_FLUSH_BYTES = 8 << 20 };

/* What a store tells its owner. */
struct store_user {
  /* A commit is settled. Those in 'served' are told: all they had put is on disk, or,
  ** with a reason, all that was put since the last good commit is gone. NULL: good. */
  void (*settled)(struct store *store, struct list *served, const char *reason);
};

struct store {
  struct world_store *world; /* NULL: closed */
  struct node *node;
  const struct store_user *user;
  struct store_batch pending;    /* put since the present commit began */
  struct store_batch committing; /* empty: no commit is under way */
  struct list waiting;           /* links of waiters for what is pending */
  struct list served;            /* of waiters for the present commit */
  struct list cursors;
  struct node_work work; /* begins or settles a commit */
  struct timer flush;
  bool asked;    /* what is pending is to be committed as soon as that can be */
  bool answered; /* the world has said how the commit went */
  bool failed;   /* a commit without a waiter failed: the next sync tells */
  uint64_t commits;
  char reason[STORE_REASON_SIZE]; /* why the last thing failed */
};

/* Open the world's store of this name: see world_functions.open_store. 0, or -1 and the
** reason in the struct. The struct may be closed and freed in either case. */
int store_open(struct store *self, struct node *node, const char *path,
               const struct store_user *user);

/* What was not synced is lost. There must be no waiter left. Also a closed one. */
void store_close(struct store *self);

/* The value of a key: 1; 0 there is none; -1 and a reason. The bytes are valid until
** the next call for this store. */
int store_get(struct store *self, const char *key, size_t size, struct world_value *value);

/* Keep a value, whose bytes are copied; kind 0 deletes. 0, or -1 and ENOMEM. */
int store_put(struct store *self, const char *key, size_t size, const struct world_value *value);

/* Have all that was put so far on disk: 1 it is; 0 'waiter' is in a list of this store
** until it is told; -1 and a reason: nothing since the last good commit is kept. */
int store_sync(struct store *self, struct list *waiter);

/* Is there anything that is not on disk? */
bool store_is_dirty(const struct store *self);

/* The entries whose keys begin so, in the order of bytes, as they are now. NULL and a
** reason. A cursor is gone with its store: then its 'store' is NULL, and it is only to
** be closed. */
struct store_cursor *store_scan(struct store *self, const char *prefix, size_t size);
/* 1; 0 at the end; -1 and a reason in the store. The bytes are valid until the next call. */
int store_next(struct store_cursor *cursor, struct world_entry *entry);
struct store *store_of_cursor(const struct store_cursor *cursor);
void store_end(struct store_cursor *cursor);

#endif
