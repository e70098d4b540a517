/*
** coverage.c - see coverage.h.
*/

#include "bindings/program/coverage.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1024 };

struct place {
  char *source; /* NULL: free */
  int line;
  uint64_t count;
};

static struct place *table;
static size_t room, used;

/* Places that were counted lately, by where the text of their source lies: it need not be hashed.
 */
enum { RECENT = 1024 };
static struct recent {
  const char *source;
  int line;
  struct place *place;
} recent[RECENT];

static struct recent *recent_of(const char *source, int line) {
  return &recent[((uintptr_t)source / 16 + (unsigned)line) % RECENT];
}

static size_t slot_of(const char *source, int line) {
  uint64_t hash = 14695981039346656037u ^ (uint64_t)line;
  for (; *source != '\0'; source++) hash = (hash ^ (unsigned char)*source) * 1099511628211u;
  size_t slot = (hash ^ hash >> 32) & (room - 1);
  return slot;
}

static struct place *find(const char *source, int line) {
  size_t slot = slot_of(source, line);
  while (table[slot].source != NULL &&
         (table[slot].line != line || strcmp(table[slot].source, source) != 0)) {
    slot = (slot + 1) & (room - 1);
  }
  return &table[slot];
}

static bool grow(void) {
  struct place *old = table;
  size_t count = room;
  room = count > 0 ? count * 2 : FIRST_ROOM;
  table = calloc(room, sizeof *table);
  if (table == NULL) {
    table = old;
    room = count;
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    if (old[i].source != NULL) *find(old[i].source, old[i].line) = old[i];
  }
  free(old);
  memset(recent, 0, sizeof recent);
  return true;
}

static void count(const char *source, int line) {
  struct recent *known = recent_of(source, line);
  if (known->source == source && known->line == line && strcmp(known->place->source, source) == 0) {
    known->place->count++;
    return;
  }
  if (used * 2 >= room && !grow()) return;
  struct place *place = find(source, line);
  if (place->source == NULL) {
    place->source = strdup(source);
    if (place->source == NULL) return;
    place->line = line;
    used++;
  }
  place->count++;
  *known = (struct recent){source, line, place};
}

static void hook(lua_State *L, lua_Debug *event) {
  lua_getinfo(L, "S", event);
  if (*event->source != '@') return;
  count(event->source + 1, event->event == LUA_HOOKLINE ? event->currentline : event->linedefined);
}

void coverage_watch(lua_State *L, bool lines) {
  lua_sethook(L, hook, lines ? LUA_MASKLINE : LUA_MASKCALL, 0);
}

int coverage_take(lua_State *L) {
  lua_newtable(L);
  for (size_t i = 0; i < room; i++) {
    if (table[i].source == NULL) continue;
    if (lua_getfield(L, -1, table[i].source) == LUA_TNIL) {
      lua_pop(L, 1);
      lua_newtable(L);
      lua_pushvalue(L, -1);
      lua_setfield(L, -3, table[i].source);
    }
    lua_pushinteger(L, (lua_Integer)table[i].count);
    lua_rawseti(L, -2, table[i].line);
    lua_pop(L, 1);
  }
  for (size_t i = 0; i < room; i++) free(table[i].source);
  free(table);
  table = NULL;
  room = used = 0;
  memset(recent, 0, sizeof recent);
  return 1;
}
