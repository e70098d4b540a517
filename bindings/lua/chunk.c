/*
** chunk.c - see chunk.h.
**
** One table for the process, guarded by a lock. A text is compiled in a state
** that is made for it and closed again, so that a node's own state never sees
** the compiler's garbage.
*/

#include "bindings/lua/chunk.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

enum { BUCKETS = 256 };

/* A file as it was when it was loaded last. */
struct code {
  struct code *next;
  char *path, *text, *bytes; /* 'bytes': what lua_dump made of it */
  size_t text_size, size, room;
  uint64_t hash;
  int users; /* loads under way, and the table */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct code *table[BUCKETS];

/* FNV-1a, 64 bits. */
uint64_t chunk_hash(const char *text, size_t size) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
  return hash;
}

static void release(struct code *self) {
  if (--self->users > 0) return;
  free(self->path);
  free(self->text);
  free(self->bytes);
  free(self);
}

static int append(lua_State *L, const void *bytes, size_t size, void *data) {
  (void)L;
  struct code *self = data;
  if (self->size + size > self->room) {
    size_t room = (self->size + size) * 2;
    char *grown = realloc(self->bytes, room);
    if (grown == NULL) return 1;
    self->bytes = grown;
    self->room = room;
  }
  memcpy(self->bytes + self->size, bytes, size);
  self->size += size;
  return 0;
}

/* Skips the mark that some editors begin UTF-8 with, and a first line that begins with
** '#', which is the system's. */
static int compile(lua_State *L, const char *text, size_t size, const char *name) {
  if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
    text += 3;
    size -= 3;
  }
  if (size > 0 && *text == '#') {
    size_t line = strcspn(text, "\n");
    text += line;
    size -= line;
  }
  return luaL_loadbufferx(L, text, size, name, "t");
}

/* The bytes for the text; false when it is no Lua, or there is no memory. */
static bool fill(struct code *self, const char *name) {
  lua_State *L = luaL_newstate();
  if (L == NULL) return false;
  bool filled = compile(L, self->text, self->text_size, name) == LUA_OK &&
                lua_dump(L, append, self, false) == 0;
  lua_close(L);
  return filled;
}

static struct code *make(const char *path, const char *text, size_t size, const char *name) {
  struct code *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  *self = (struct code){.path = strdup(path), .text = malloc(size + 1), .text_size = size};
  self->hash = chunk_hash(text, size);
  if (self->path != NULL && self->text != NULL) {
    memcpy(self->text, text, size);
    self->text[size] = '\0';
    if (fill(self, name)) return self;
  }
  release(self);
  return NULL;
}

/* The code of this text, whose user the caller is now; NULL as for fill. It takes
** the place of what the file was before. */
static struct code *take(const char *path, const char *text, size_t size, const char *name) {
  struct code **place = &table[chunk_hash(path, strlen(path)) % BUCKETS], *self;
  while ((self = *place) != NULL && strcmp(self->path, path) != 0) place = &self->next;
  if (self == NULL || self->text_size != size || memcmp(self->text, text, size) != 0) {
    struct code *old = self;
    self = make(path, text, size, name);
    if (self == NULL) return NULL;
    self->users = 1;
    if (old != NULL) {
      self->next = old->next;
      release(old);
    }
    *place = self;
  }
  self->users++;
  return self;
}

bool chunk_load(lua_State *L, const char *path, const char *text, size_t size, uint64_t *hash) {
  const char *name = lua_pushfstring(L, "@%s", path);
  pthread_mutex_lock(&lock);
  struct code *code = take(path, text, size, name);
  pthread_mutex_unlock(&lock);
  bool loaded;
  if (code != NULL) {
    *hash = code->hash;
    loaded = luaL_loadbufferx(L, code->bytes, code->size, name, "b") == LUA_OK;
    pthread_mutex_lock(&lock);
    release(code);
    pthread_mutex_unlock(&lock);
  } else { /* it is loaded once more to say what is wrong */
    *hash = chunk_hash(text, size);
    loaded = compile(L, text, size, name) == LUA_OK;
  }
  lua_remove(L, -2);
  return loaded;
}
