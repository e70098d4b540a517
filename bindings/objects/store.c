/*
** store.c - see store.h.
*/

#include "bindings/objects/store.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/lua/stored_value.h"
#include "bindings/task/script.h"
#include "bindings/task/task.h"
#include "host/core/store.h"

#define STORE_CLASS "Store"
#define CURSOR_CLASS "sloop.store_cursor"

enum {
  MAX_SIZE = 512 << 20
}; /* of a key with its value: what the world can keep is not much more */

enum { NAME_SIZE = 64 };

struct lua_store {
  struct store store;   /* first */
  char name[NAME_SIZE]; /* for messages */
  char *bytes;          /* of the table that is being put */
  size_t room;
};

/* What 'each' goes through; its user value is the store. */
struct lua_cursor {
  struct store_cursor *cursor; /* NULL once it is over */
};

static struct lua_store *check_open(lua_State *L, int arg) {
  struct lua_store *self = luaL_checkudata(L, arg, STORE_CLASS);
  luaL_argcheck(L, self->store.world != NULL, arg, "store is closed");
  return self;
}

/* Keys are strings; a number would be another key than the same number as text. */
static const char *check_key(lua_State *L, int arg, size_t *size) {
  luaL_checktype(L, arg, LUA_TSTRING);
  return lua_tolstring(L, arg, size);
}

static int raise_reason(lua_State *L, int store) {
  struct lua_store *self = lua_touserdata(L, store);
  return luaL_error(L, "store '%s': %s", self->name, self->store.reason);
}

/* Building a table may collect garbage, and a script's finalizer may use the store: then the
** bytes would be gone. */
static void push_value(lua_State *L, const struct world_value *value) {
  const char *bytes = value->bytes;
  if (value->kind == 't') bytes = lua_pushlstring(L, value->bytes, value->size);
  stored_value_unpack(L, value->kind, bytes, value->size);
  if (value->kind == 't') lua_remove(L, -2);
}

/* ---- waiting tasks ---- */

/* A commit without a waiting task has failed: its loss is logged all the same. */
static void log_failure(struct store *store) {
  struct world *world = store->node->world;
  char text[NAME_SIZE + STORE_REASON_SIZE + 80];
  int size = snprintf(text, sizeof text, "store '%s': %s: what was put since the last sync is lost",
                      ((struct lua_store *)store)->name, store->reason);
  world->functions->log(world, WORLD_WARN, text, (size_t)size);
}

/* Each finds whether it was good on its stack: see sync_over. */
static void settled(struct store *store, struct list *served, const char *reason) {
  if (reason != NULL && store->failed) log_failure(store);
  struct list *link;
  while ((link = list_first(served)) != NULL) {
    struct task *task = list_entry(link, struct task, link);
    lua_pushboolean(task->thread, reason == NULL);
    task_wake(task, 1);
  }
}

static const struct store_user user = {.settled = settled};

/* ---- the store ---- */

int store_object_new(lua_State *L) {
  const char *path = luaL_checkstring(L, 2);
  struct script *script = script_of(L);
  struct lua_store *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (struct lua_store){0};
  luaL_setmetatable(L, STORE_CLASS);
  snprintf(self->name, sizeof self->name, "%s", luaL_checkstring(L, 1));
  if (store_open(&self->store, &script->node, path, &user) == 0) return 1;
  return class_push_reason(L, self->store.reason);
}

/* store:get(key) -> value | nil */
static int store_get_method(lua_State *L) {
  struct lua_store *self = check_open(L, 1);
  size_t size;
  const char *key = check_key(L, 2, &size);
  struct world_value value;
  int found = store_get(&self->store, key, size, &value);
  if (found < 0) return raise_reason(L, 1);
  if (found == 0) {
    lua_pushnil(L);
  } else {
    push_value(L, &value);
  }
  return 1;
}

/* The table at 'index', written into the store's own memory. */
static const char *write_table(lua_State *L, struct lua_store *self, int index, size_t size) {
  if (size > self->room) {
    char *bytes = realloc(self->bytes, size);
    if (bytes == NULL) luaL_error(L, "not enough memory");
    self->bytes = bytes;
    self->room = size;
  }
  stored_value_write(L, index, self->bytes);
  return self->bytes;
}

/* store:put(key, value): nil deletes */
static int store_put_method(lua_State *L) {
  struct lua_store *self = check_open(L, 1);
  size_t size;
  const char *key = check_key(L, 2, &size);
  luaL_checkany(L, 3);
  struct world_value value = {0, 0, NULL};
  if (!lua_isnil(L, 3)) {
    value.kind = stored_value_measure(L, 3, &value.size);
    luaL_argcheck(L, size + value.size <= MAX_SIZE, 3, "too large to be stored (512 MiB)");
    value.bytes = value.kind == 's' ? lua_tostring(L, 3) : write_table(L, self, 3, value.size);
  }
  if (store_put(&self->store, key, size, &value) != 0) return luaL_error(L, "not enough memory");
  return 0;
}

/* ---- each ---- */

static int cursor_close(lua_State *L) {
  struct lua_cursor *self = luaL_checkudata(L, 1, CURSOR_CLASS);
  if (self->cursor != NULL) store_end(self->cursor);
  self->cursor = NULL;
  return 0;
}

/* () -> key, value; its upvalue is the cursor */
static int cursor_next(lua_State *L) {
  lua_settop(L, 0);
  lua_pushvalue(L, lua_upvalueindex(1));
  struct lua_cursor *self = lua_touserdata(L, 1);
  if (self->cursor == NULL) return 0;
  if (store_of_cursor(self->cursor) == NULL) return luaL_error(L, "store is closed");
  struct world_entry entry;
  int found = store_next(self->cursor, &entry);
  if (found <= 0) {
    cursor_close(L);
    if (found == 0) return 0;
    lua_getiuservalue(L, 1, 1);
    return raise_reason(L, lua_gettop(L));
  }
  lua_pushlstring(L, entry.key, entry.key_size);
  push_value(L, &entry.value);
  return 2;
}

/* store:each([prefix]): for key, value in it */
static int store_each_method(lua_State *L) {
  struct lua_store *self = check_open(L, 1);
  size_t size = 0;
  const char *prefix = lua_isnoneornil(L, 2) ? "" : check_key(L, 2, &size);
  struct lua_cursor *cursor = lua_newuserdatauv(L, sizeof *cursor, 1);
  cursor->cursor = NULL;
  luaL_setmetatable(L, CURSOR_CLASS);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  cursor->cursor = store_scan(&self->store, prefix, size);
  if (cursor->cursor == NULL) return raise_reason(L, 1);
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, cursor_next, 1);
  lua_insert(L, -2);
  lua_pushnil(L);
  lua_insert(L, -2);
  lua_pushnil(L);
  lua_insert(L, -2);
  return 4; /* the function, nil, nil, and the cursor, which a loop closes when it is left */
}

/* ---- sync ---- */

static int push_outcome(lua_State *L, struct lua_store *self, bool good) {
  if (!good) return class_push_reason(L, self->store.reason);
  lua_pushboolean(L, 1);
  return 1;
}

/* Stack: store, was it good? */
static int sync_over(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  task_done(task_check(L));
  return push_outcome(L, lua_touserdata(L, 1), lua_toboolean(L, 2));
}

/* store:sync() -> true | nil, reason */
static int store_sync_method(lua_State *L) {
  struct lua_store *self = check_open(L, 1);
  struct task *task = task_check(L);
  lua_settop(L, 1);
  int outcome = store_sync(&self->store, &task->link);
  if (outcome != 0) return push_outcome(L, self, outcome > 0);
  return task_wait(L, task, TASK_NO_LIMIT, NULL, sync_over);
}

/* ---- closing ---- */

/* Waiting tasks go on: nothing more is known of what they had put. */
static int store_gc(lua_State *L) {
  struct lua_store *self = luaL_checkudata(L, 1, STORE_CLASS);
  struct store *store = &self->store;
  if (store->world != NULL) {
    struct list left;
    list_init(&left);
    list_join(&left, &store->served);
    list_join(&left, &store->waiting);
    strcpy(store->reason, "store is closed");
    store_close(store);
    settled(store, &left, store->reason);
  }
  free(self->bytes);
  self->bytes = NULL;
  self->room = 0;
  return 0;
}

int store_object_close(lua_State *L) {
  return store_gc(L);
}

int store_object_counts(lua_State *L) {
  struct lua_store *self = check_open(L, 1);
  lua_createtable(L, 0, 2);
  lua_pushinteger(L, (lua_Integer)self->store.commits);
  lua_setfield(L, -2, "commits");
  lua_pushinteger(L, (lua_Integer)(self->store.pending.bytes + self->store.committing.bytes));
  lua_setfield(L, -2, "unsynced");
  return 1;
}

const luaL_Reg store_methods[] = {
    {"each", store_each_method},
    {"get", store_get_method},
    {"put", store_put_method},
    {"sync", store_sync_method},
    {NULL, NULL},
};

static const luaL_Reg metamethods[] = {{"__gc", store_gc}, {NULL, NULL}};

static const luaL_Reg cursor_metamethods[] = {
    {"__close", cursor_close}, {"__gc", cursor_close}, {NULL, NULL}};

static const luaL_Reg no_methods[] = {{NULL, NULL}};

void store_object_open_class(lua_State *L) {
  class_new(L, STORE_CLASS, metamethods, store_methods);
  class_new(L, CURSOR_CLASS, cursor_metamethods, no_methods);
}
