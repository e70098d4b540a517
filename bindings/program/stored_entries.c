/*
** stored_entries.c - see stored_entries.h.
*/

#include "bindings/program/stored_entries.h"

#include <stdbool.h>

#include <lauxlib.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/lua/stored_value.h"
#include "host/real/os/store_file.h"

#define ENTRIES_CLASS "sloop.stored_entries"

struct stored_entries {
  struct store_file *file; /* NULL once closed */
  struct store_scan *scan; /* the walk that was begun last; NULL: none */
  char reason[WORLD_STORE_REASON_SIZE];
};

int stored_entries_new(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  struct stored_entries *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (struct stored_entries){0};
  luaL_setmetatable(L, ENTRIES_CLASS);
  self->file = store_file_open_to_read(path, self->reason);
  return self->file != NULL ? 1 : class_push_reason(L, self->reason);
}

/* entries:get(key) -> value | nil */
static int entries_get(lua_State *L) {
  struct stored_entries *self = luaL_checkudata(L, 1, ENTRIES_CLASS);
  size_t size;
  const char *key = luaL_checklstring(L, 2, &size);
  struct world_value value;
  int found = store_file_get(self->file, key, size, &value, self->reason);
  if (found < 0) return luaL_error(L, "%s", self->reason);
  if (found == 0) return 0;
  stored_value_unpack(L, value.kind, value.bytes, value.size);
  return 1;
}

static void end_scan(struct stored_entries *self) {
  if (self->scan != NULL) store_scan_end(self->scan);
  self->scan = NULL;
}

/* () -> key, value; its upvalue is entries */
static int entries_step(lua_State *L) {
  struct stored_entries *self = lua_touserdata(L, lua_upvalueindex(1));
  struct world_entry entry;
  if (self->scan == NULL) return 0;
  int found = store_scan_next(self->scan, &entry, self->reason);
  if (found <= 0) end_scan(self);
  if (found < 0) return luaL_error(L, "%s", self->reason);
  if (found == 0) return 0;
  lua_pushlstring(L, entry.key, entry.key_size);
  stored_value_unpack(L, entry.value.kind, entry.value.bytes, entry.value.size);
  return 2;
}

/* entries:next(prefix) -> function; ends the one before */
static int entries_next(lua_State *L) {
  struct stored_entries *self = luaL_checkudata(L, 1, ENTRIES_CLASS);
  size_t size;
  const char *prefix = luaL_checklstring(L, 2, &size);
  end_scan(self);
  self->scan = store_file_scan(self->file, prefix, size, self->reason);
  if (self->scan == NULL) return luaL_error(L, "%s", self->reason);
  lua_settop(L, 1);
  lua_pushcclosure(L, entries_step, 1);
  return 1;
}

static int entries_gc(lua_State *L) {
  struct stored_entries *self = luaL_checkudata(L, 1, ENTRIES_CLASS);
  end_scan(self);
  store_file_close(self->file);
  self->file = NULL;
  return 0;
}

static const luaL_Reg methods[] = {{"get", entries_get}, {"next", entries_next}, {NULL, NULL}};
static const luaL_Reg metamethods[] = {{"__gc", entries_gc}, {NULL, NULL}};

void stored_entries_open_class(lua_State *L) {
  class_new(L, ENTRIES_CLASS, metamethods, methods);
}
