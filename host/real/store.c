/*
** store.c - see store.h.
**
** The thread waits for a commit, makes it, and posts to the node's loop how it went. It is
** begun by the first commit. Reads are the loop's own.
*/

#include "host/real/store.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/real/loop.h"
#include "host/real/os/store_file.h"

enum { STACK_SIZE = 512 << 10 };

struct real_store {
  struct world_store base; /* first */
  struct real_loop *loop;
  struct store_file *file;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  const struct world_entry *entries; /* to be committed */
  size_t count;                      /* 0: nothing is */
  bool has_thread, closing;
  bool bad;                             /* how the thread's last commit went */
  char reason[WORLD_STORE_REASON_SIZE]; /* and why */
};

struct world_cursor {
  struct real_store *store;
  struct store_scan *scan;
};

static struct real_store *real_store(struct world_store *base) {
  return (struct real_store *)base;
}

/* ---- reading ---- */

static int get(struct world_store *base, const char *key, size_t size, struct world_value *value) {
  return store_file_get(real_store(base)->file, key, size, value, base->reason);
}

static struct world_cursor *scan(struct world_store *base, const char *prefix, size_t size) {
  struct world_cursor *cursor = calloc(1, sizeof *cursor);
  if (cursor == NULL) {
    snprintf(base->reason, sizeof base->reason, "not enough memory");
    return NULL;
  }
  cursor->store = real_store(base);
  cursor->scan = store_file_scan(cursor->store->file, prefix, size, base->reason);
  if (cursor->scan != NULL) return cursor;
  free(cursor);
  return NULL;
}

static int next(struct world_cursor *cursor, struct world_entry *entry) {
  return store_scan_next(cursor->scan, entry, cursor->store->base.reason);
}

static void end(struct world_cursor *cursor) {
  store_scan_end(cursor->scan);
  free(cursor);
}

/* ---- commits ---- */

/* On the loop. */
static void tell(void *arg) {
  struct real_store *self = arg;
  pthread_mutex_lock(&self->lock);
  self->base.failed = self->bad;
  if (self->bad) memcpy(self->base.reason, self->reason, sizeof self->reason);
  pthread_mutex_unlock(&self->lock);
  self->base.committed(self->base.source);
}

static void make_commits(struct real_store *self) {
  pthread_mutex_lock(&self->lock);
  for (;;) {
    while (self->count == 0 && !self->closing) pthread_cond_wait(&self->changed, &self->lock);
    if (self->count == 0) break;
    pthread_mutex_unlock(&self->lock);
    int status = store_file_commit(self->file, self->entries, self->count, self->reason);
    pthread_mutex_lock(&self->lock);
    self->bad = status != 0;
    self->count = 0;
    if (self->closing) break;
    while (real_loop_post(self->loop, tell, self) != 0) {
      /* a few bytes, which will be there some time */
    }
  }
  pthread_mutex_unlock(&self->lock);
}

static void *run(void *arg) {
  make_commits(arg);
  return NULL;
}

/* Signals belong to the thread that started this one. */
static int start(struct real_store *self) {
  sigset_t all, before;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK_SIZE);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int status = pthread_create(&self->thread, &attributes, run, self);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  self->has_thread = status == 0;
  return status;
}

static void commit(struct world_store *base, const struct world_entry *entries, size_t count) {
  struct real_store *self = real_store(base);
  int status = self->has_thread ? 0 : start(self);
  pthread_mutex_lock(&self->lock);
  if (status == 0) {
    self->entries = entries;
    self->count = count;
    pthread_cond_signal(&self->changed);
  } else {
    self->bad = true;
    snprintf(self->reason, sizeof self->reason, "no thread to write it: %s", strerror(status));
  }
  pthread_mutex_unlock(&self->lock);
  while (status != 0 && real_loop_post(self->loop, tell, self) != 0) {
    /* as above */
  }
}

/* ---- from open to close ---- */

static void close_store(struct world_store *base) {
  struct real_store *self = real_store(base);
  pthread_mutex_lock(&self->lock);
  self->closing = true;
  pthread_cond_signal(&self->changed);
  pthread_mutex_unlock(&self->lock);
  if (self->has_thread) pthread_join(self->thread, NULL);
  real_loop_unpost(self->loop, tell, self);
  store_file_close(self->file);
  pthread_mutex_destroy(&self->lock);
  pthread_cond_destroy(&self->changed);
  free(self);
}

static const struct world_store_functions functions = {
    .get = get, .scan = scan, .next = next, .end = end, .commit = commit, .close = close_store};

struct world_store *real_store_open(struct world *world, const char *path, char *reason) {
  if (strchr(path, '/') == NULL) {
    snprintf(reason, WORLD_STORE_REASON_SIZE,
             "no folder for it: HOME is not set, nor is --data=DIR");
    return NULL;
  }
  struct real_store *self = calloc(1, sizeof *self);
  size_t size = strlen(path) + sizeof ".sqlite";
  char *file = malloc(size);
  if (self != NULL && file != NULL) {
    snprintf(file, size, "%s.sqlite", path);
    self->file = store_file_open(file, real_world(world)->name, reason);
  } else {
    snprintf(reason, WORLD_STORE_REASON_SIZE, "not enough memory");
  }
  free(file);
  if (self == NULL || self->file == NULL) {
    free(self);
    return NULL;
  }
  self->base.functions = &functions;
  self->loop = real_world(world)->loop;
  pthread_mutex_init(&self->lock, NULL);
  pthread_cond_init(&self->changed, NULL);
  return &self->base;
}
