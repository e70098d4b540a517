/*
** plain_data.c - see plain_data.h.
**
** The tables found are numbered, and a hash table from a table's address to its number
** tells which were seen. Each is visited when it is found; those that lie too deep for
** C's stack in turn after that.
*/

#include "bindings/lua/plain_data.h"

#include <stdint.h>
#include <string.h>

#include <lauxlib.h>

enum { SEEN = 2, COPIES, QUEUE }; /* where on the stack: the hash table; lists */
enum { DEEPEST = 100 };

struct slot {
  const void *table;
  lua_Integer number;
};

struct visit {
  struct slot *slots; /* memory of the userdata at SEEN */
  size_t size;        /* a power of two */
  lua_Integer count;
  lua_Integer queued;
  int depth;
  bool (*is_host_object)(lua_State *L, int index);
};

/* Tables made one after the other lie side by side in memory. So do their slots, page
** by page: a hash that scattered them would miss the cache each time. */
static struct slot *find(const struct visit *self, const void *table) {
  uintptr_t address = (uintptr_t)table;
  uintptr_t page = (address >> 12) * (uintptr_t)0x9E3779B97F4A7C15 >> 24;
  size_t i = (page << 6 | (address >> 6 & 63)) & (self->size - 1);
  while (self->slots[i].table != NULL && self->slots[i].table != table) {
    i = (i + 1) & (self->size - 1);
  }
  return &self->slots[i];
}

/* Replace the hash table by one of this size. */
static void resize(lua_State *L, struct visit *self, size_t size) {
  struct visit larger = *self;
  larger.slots = lua_newuserdatauv(L, size * sizeof(struct slot), 0);
  larger.size = size;
  memset(larger.slots, 0, size * sizeof(struct slot));
  for (size_t i = 0; i < self->size; i++) {
    if (self->slots[i].table != NULL) *find(&larger, self->slots[i].table) = self->slots[i];
  }
  *self = larger;
  lua_replace(L, SEEN);
}

static void note(lua_State *L, struct visit *self, const void *table) {
  if ((size_t)self->count * 2 >= self->size) resize(L, self, self->size * 4);
  *find(self, table) = (struct slot){table, ++self->count};
}

/* Begin with the value at index 1, the only one on the stack. */
static void begin(lua_State *L, struct visit *self) {
  lua_settop(L, 1);
  lua_pushnil(L);
  resize(L, self, 16);
  lua_newtable(L);
  lua_newtable(L);
}

/* ---- copying ---- */

/* Push a table of the size that the copy of the one on top will need, so that it need
** not grow: its list, and its fields unless they are many. */
static void push_empty(lua_State *L) {
  enum { ENOUGH = 8 };
  int table = lua_gettop(L), length = (int)lua_rawlen(L, table), count = 0;
  lua_pushnil(L);
  while (length == 0 && count < ENOUGH && lua_next(L, table) != 0) {
    lua_pop(L, 1);
    count++;
  }
  lua_settop(L, table);
  lua_createtable(L, length, count);
}

static void replace_top(lua_State *L, struct visit *self);

/* Fill the copy on top from the table below it. */
static void fill(lua_State *L, struct visit *self) {
  int made = lua_gettop(L), table = made - 1;
  self->depth++;
  for (lua_pushnil(L); lua_next(L, table) != 0;) {
    if (lua_istable(L, -1)) replace_top(L, self);
    lua_pushvalue(L, -2);
    if (lua_istable(L, -1)) replace_top(L, self);
    lua_insert(L, -2);
    lua_rawset(L, made);
  }
  self->depth--;
}

/* Replace the table on top by its copy, which is filled, or will be in its turn. */
static void replace_top(lua_State *L, struct visit *self) {
  const void *table = lua_topointer(L, -1);
  lua_Integer number = find(self, table)->number;
  if (number > 0) {
    lua_rawgeti(L, COPIES, number);
    lua_replace(L, -2);
    return;
  }
  luaL_checkstack(L, 8, "too deep");
  push_empty(L);
  note(L, self, table);
  lua_pushvalue(L, -1);
  lua_rawseti(L, COPIES, self->count);
  if (self->depth < DEEPEST) {
    fill(L, self);
  } else {
    lua_pushvalue(L, -2);
    lua_rawseti(L, QUEUE, ++self->queued);
    lua_pushvalue(L, -1);
    lua_rawseti(L, QUEUE, ++self->queued);
  }
  lua_replace(L, -2);
}

int plain_data_copy(lua_State *L) {
  luaL_checkany(L, 1);
  struct visit self = {0};
  begin(L, &self);
  lua_pushvalue(L, 1);
  if (lua_istable(L, -1)) replace_top(L, &self);
  for (lua_Integer i = 1; i < self.queued; i += 2) {
    lua_rawgeti(L, QUEUE, i);
    lua_rawgeti(L, QUEUE, i + 1);
    fill(L, &self);
    lua_settop(L, QUEUE + 1);
  }
  return 1;
}

/* ---- checking ---- */

static bool check_fields(lua_State *L, struct visit *self);

/* Is the value on top plain, as far as it is not left for later? */
static bool check_top(lua_State *L, struct visit *self) {
  switch (lua_type(L, -1)) {
    case LUA_TNIL:
    case LUA_TBOOLEAN:
    case LUA_TNUMBER:
    case LUA_TSTRING:
      return true;
    case LUA_TUSERDATA:
      return self->is_host_object(L, -1);
    case LUA_TTABLE:
      break;
    default:
      return false;
  }
  if (find(self, lua_topointer(L, -1))->number > 0) return true;
  if (lua_getmetatable(L, -1)) return false;
  note(L, self, lua_topointer(L, -1));
  if (self->depth < DEEPEST) return check_fields(L, self);
  lua_pushvalue(L, -1);
  lua_rawseti(L, QUEUE, ++self->queued);
  return true;
}

/* The fields of the table on top. A table is no plain key: it would be another one
** in a copy. */
static bool check_fields(lua_State *L, struct visit *self) {
  int table = lua_gettop(L);
  luaL_checkstack(L, 4, "too deep");
  self->depth++;
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_settop(L, table + 1)) {
    int key = lua_type(L, -2);
    bool is_plain_key = key == LUA_TBOOLEAN || key == LUA_TNUMBER || key == LUA_TSTRING;
    if (!is_plain_key || !check_top(L, self)) return false;
  }
  self->depth--;
  return true;
}

bool plain_data_is_plain(lua_State *L, bool (*is_host_object)(lua_State *L, int index)) {
  struct visit self = {.is_host_object = is_host_object};
  begin(L, &self);
  lua_pushvalue(L, 1);
  bool plain = check_top(L, &self);
  for (lua_Integer i = 1; plain && i <= self.queued; i++) {
    lua_settop(L, QUEUE);
    lua_rawgeti(L, QUEUE, i);
    plain = check_fields(L, &self);
  }
  return plain;
}
