/*
** compiled.c - see compiled.h.
**
** The one table of the process: it belongs to no state, and a lock guards it.
*/

#include "bindings/compiled.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

enum { BUCKETS = 256 };

/* One file in its latest shape. */
struct compiled {
  struct compiled *next;
  char *path, *text, *code; /* one block each */
  size_t text_size, code_size, code_room;
  uint64_t hash;
  int users; /* who loads from it now, and the table */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct compiled *table[BUCKETS];

/* FNV-1a, 64 bits. */
static uint64_t hash_of(const char *bytes, size_t size) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3;
  return hash;
}

static struct compiled **bucket_of(const char *path) {
  return &table[hash_of(path, strlen(path)) % BUCKETS];
}

static void release(struct compiled *self) {
  if (--self->users > 0) return;
  free(self->path);
  free(self->text);
  free(self->code);
  free(self);
}

static void let_go(struct compiled *self) {
  pthread_mutex_lock(&lock);
  release(self);
  pthread_mutex_unlock(&lock);
}

/* The file with this very text, which let_go is due for; or NULL. */
static struct compiled *find(const char *path, const char *text, size_t size) {
  pthread_mutex_lock(&lock);
  struct compiled *self = *bucket_of(path);
  while (self != NULL && strcmp(self->path, path) != 0) self = self->next;
  bool same = self != NULL && self->text_size == size && memcmp(self->text, text, size) == 0;
  if (same) self->users++;
  pthread_mutex_unlock(&lock);
  return same ? self : NULL;
}

/* Take it into the table, in the place of what the file was before. */
static void keep(struct compiled *self) {
  pthread_mutex_lock(&lock);
  struct compiled **place = bucket_of(self->path);
  while (*place != NULL && strcmp((*place)->path, self->path) != 0) place = &(*place)->next;
  struct compiled *old = *place;
  self->next = old != NULL ? old->next : NULL;
  *place = self;
  if (old != NULL) release(old);
  pthread_mutex_unlock(&lock);
}

static int write(lua_State *L, const void *bytes, size_t size, void *data) {
  (void)L;
  struct compiled *self = data;
  if (self->code_size + size > self->code_room) {
    size_t room = (self->code_size + size) * 2;
    char *grown = realloc(self->code, room);
    if (grown == NULL) return 1;
    self->code = grown;
    self->code_room = room;
  }
  memcpy(self->code + self->code_size, bytes, size);
  self->code_size += size;
  return 0;
}

/* Remember the function on top; without memory for it nothing is remembered. */
static void remember(lua_State *L, const char *path, const char *text, size_t size, uint64_t hash) {
  struct compiled *self = calloc(1, sizeof *self);
  if (self == NULL) return;
  *self = (struct compiled){.path = strdup(path), .hash = hash, .users = 1};
  self->text = malloc(size + 1);
  if (self->path == NULL || self->text == NULL || lua_dump(L, write, self, false) != 0) {
    release(self);
    return;
  }
  memcpy(self->text, text, size);
  self->text_size = size;
  keep(self);
}

/* A first line that begins with '#' is the system's. */
static bool compile(lua_State *L, const char *name, const char *text, size_t size) {
  if (size > 0 && *text == '#') {
    size_t line = strcspn(text, "\n");
    text += line;
    size -= line;
  }
  return luaL_loadbufferx(L, text, size, name, "t") == LUA_OK;
}

bool compiled_load(lua_State *L, const char *path, const char *text, size_t size, uint64_t *hash) {
  const char *name = lua_pushfstring(L, "@%s", path);
  struct compiled *known = find(path, text, size);
  bool loaded;
  if (known != NULL) {
    *hash = known->hash;
    loaded = luaL_loadbufferx(L, known->code, known->code_size, name, "b") == LUA_OK;
    let_go(known);
  } else {
    *hash = hash_of(text, size);
    loaded = compile(L, name, text, size);
    if (loaded) remember(L, path, text, size, *hash);
  }
  lua_remove(L, -2);
  return loaded;
}
