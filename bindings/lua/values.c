/*
** values.c - see values.h.
**
** A value is a tag and what follows it: F, T and N alone; I and D eight bytes;
** S a length of eight bytes and the string; { keys and values, ended by }.
** Numbers are in the order of this machine, since bytes never leave it.
*/

#include "bindings/lua/values.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

enum { MAX_DEPTH = 150 };

/* Bytes being written, in a userdata so that an error frees them. */
struct writer {
  char *bytes;
  size_t size, room;
};

/* Where we are, for messages: the key of each table on the way down. */
struct place {
  const struct place *outer;
  int key; /* its index on the stack */
};

static int writer_gc(lua_State *L) {
  struct writer *self = lua_touserdata(L, 1);
  free(self->bytes);
  self->bytes = NULL;
  return 0;
}

static struct writer *new_writer(lua_State *L) {
  struct writer *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (struct writer){0};
  if (luaL_newmetatable(L, "sloop.writer")) {
    lua_pushcfunction(L, writer_gc);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  return self;
}

static void write_bytes(lua_State *L, struct writer *self, const void *bytes, size_t size) {
  if (self->room - self->size < size) {
    size_t room = (self->room + size) * 2;
    char *grown = realloc(self->bytes, room);
    if (grown == NULL) luaL_error(L, "not enough memory");
    self->bytes = grown;
    self->room = room;
  }
  memcpy(self->bytes + self->size, bytes, size);
  self->size += size;
}

static void write_tag(lua_State *L, struct writer *self, char tag) {
  write_bytes(L, self, &tag, 1);
}

static void write_string(lua_State *L, struct writer *self, int index) {
  size_t size;
  const char *text = lua_tolstring(L, index, &size);
  uint64_t length = size;
  write_tag(L, self, 'S');
  write_bytes(L, self, &length, sizeof length);
  write_bytes(L, self, text, size);
}

static void write_number(lua_State *L, struct writer *self, int index) {
  if (lua_isinteger(L, index)) {
    lua_Integer value = lua_tointeger(L, index);
    write_tag(L, self, 'I');
    write_bytes(L, self, &value, sizeof value);
  } else {
    lua_Number value = lua_tonumber(L, index);
    write_tag(L, self, 'D');
    write_bytes(L, self, &value, sizeof value);
  }
}

/* Push the path to here: "value.workers.w1", or just "value". */
static void push_path(lua_State *L, const struct place *place) {
  if (place == NULL) {
    lua_pushliteral(L, "value");
    return;
  }
  luaL_checkstack(L, 6, "path");
  push_path(L, place->outer);
  bool named = lua_type(L, place->key) == LUA_TSTRING;
  lua_pushstring(L, named ? "." : "[");
  luaL_tolstring(L, place->key, NULL);
  lua_pushstring(L, named ? "" : "]");
  lua_concat(L, 4);
}

static int refuse(lua_State *L, const struct place *place, const char *what) {
  push_path(L, place);
  return luaL_error(L, "%s is %s, which is not plain data", lua_tostring(L, -1), what);
}

/* How keys are ordered: booleans, numbers by value, strings by bytes. */
static int compare_keys(lua_State *L) {
  int a = lua_type(L, 1), b = lua_type(L, 2);
  if (a != b) {
    lua_pushboolean(L, a < b);
  } else if (a == LUA_TBOOLEAN) {
    lua_pushboolean(L, lua_toboolean(L, 1) < lua_toboolean(L, 2));
  } else if (a == LUA_TSTRING) { /* not by locale, as Lua would */
    size_t n, m;
    const char *s = lua_tolstring(L, 1, &n), *t = lua_tolstring(L, 2, &m);
    int order = memcmp(s, t, n < m ? n : m);
    lua_pushboolean(L, order != 0 ? order < 0 : n < m);
  } else {
    lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
  }
  return 1;
}

/* Push a list of the keys of the table at 'index' that are not in 1..border. */
static void push_other_keys(lua_State *L, int index, lua_Integer border,
                            const struct place *place) {
  lua_newtable(L);
  lua_Integer count = 0;
  for (lua_pushnil(L); lua_next(L, index) != 0;) {
    lua_pop(L, 1);
    if (lua_isinteger(L, -1)) {
      lua_Integer key = lua_tointeger(L, -1);
      if (key >= 1 && key <= border) continue;
    }
    int type = lua_type(L, -1);
    if (type != LUA_TSTRING && type != LUA_TNUMBER && type != LUA_TBOOLEAN) {
      struct place here = {place, lua_absindex(L, -1)};
      refuse(L, &here, "a key");
    }
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, ++count);
  }
  if (count < 2) return;
  lua_getfield(L, LUA_REGISTRYINDEX, "sloop.sort");
  lua_pushvalue(L, -2);
  lua_pushcfunction(L, compare_keys);
  lua_call(L, 2, 0);
}

static void write_value(lua_State *L, struct writer *self, int index, const struct place *place,
                        int depth);

static void write_table(lua_State *L, struct writer *self, int index, const struct place *place,
                        int depth) {
  if (lua_getmetatable(L, index)) refuse(L, place, "a table with a metatable");
  if (depth > MAX_DEPTH) refuse(L, place, "too deep, or within itself");
  luaL_checkstack(L, 10, "data too deep");
  int top = lua_gettop(L);
  lua_Integer border = (lua_Integer)lua_rawlen(L, index);
  write_tag(L, self, '{');
  for (lua_Integer i = 1; i <= border; i++) {
    lua_pushinteger(L, i);
    lua_rawgeti(L, index, i);
    struct place here = {place, top + 1};
    write_value(L, self, top + 1, &here, depth);
    write_value(L, self, top + 2, &here, depth);
    lua_settop(L, top);
  }
  push_other_keys(L, index, border, place);
  lua_Integer others = (lua_Integer)lua_rawlen(L, top + 1);
  for (lua_Integer i = 1; i <= others; i++) {
    lua_rawgeti(L, top + 1, i);
    lua_pushvalue(L, -1);
    lua_rawget(L, index);
    struct place here = {place, top + 2};
    write_value(L, self, top + 2, &here, depth);
    write_value(L, self, top + 3, &here, depth);
    lua_settop(L, top + 1);
  }
  lua_settop(L, top);
  write_tag(L, self, '}');
}

static void write_value(lua_State *L, struct writer *self, int index, const struct place *place,
                        int depth) {
  switch (lua_type(L, index)) {
    case LUA_TNIL:
      write_tag(L, self, 'N');
      break;
    case LUA_TBOOLEAN:
      write_tag(L, self, lua_toboolean(L, index) ? 'T' : 'F');
      break;
    case LUA_TNUMBER:
      write_number(L, self, index);
      break;
    case LUA_TSTRING:
      write_string(L, self, index);
      break;
    case LUA_TTABLE:
      write_table(L, self, index, place, depth + 1);
      break;
    default:
      lua_pushfstring(L, "a %s", luaL_typename(L, index));
      refuse(L, place, lua_tostring(L, -1));
  }
}

void values_pack(lua_State *L, int index) {
  index = lua_absindex(L, index);
  struct writer *writer = new_writer(L);
  int holder = lua_gettop(L);
  if (lua_getfield(L, LUA_REGISTRYINDEX, "sloop.sort") == LUA_TNIL) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "table");
    lua_getfield(L, -1, "sort");
    lua_setfield(L, LUA_REGISTRYINDEX, "sloop.sort");
  }
  lua_settop(L, holder);
  write_value(L, writer, index, NULL, 0);
  lua_pushlstring(L, writer->bytes, writer->size);
  free(writer->bytes);
  writer->bytes = NULL;
  lua_replace(L, holder);
}

struct reader {
  const char *bytes;
  size_t left;
};

static void read_bytes(lua_State *L, struct reader *self, void *bytes, size_t size) {
  if (self->left < size) luaL_error(L, "data is cut short");
  memcpy(bytes, self->bytes, size);
  self->bytes += size;
  self->left -= size;
}

static void read_value(lua_State *L, struct reader *self, char tag, int depth);

static void read_table(lua_State *L, struct reader *self, int depth) {
  if (depth > MAX_DEPTH) luaL_error(L, "data is too deep");
  luaL_checkstack(L, 4, "data too deep");
  lua_newtable(L);
  for (;;) {
    char tag;
    read_bytes(L, self, &tag, 1);
    if (tag == '}') return;
    read_value(L, self, tag, depth);
    read_bytes(L, self, &tag, 1);
    read_value(L, self, tag, depth);
    lua_rawset(L, -3);
  }
}

static void read_string(lua_State *L, struct reader *self) {
  uint64_t length;
  read_bytes(L, self, &length, sizeof length);
  if (self->left < length) luaL_error(L, "data is cut short");
  lua_pushlstring(L, self->bytes, length);
  self->bytes += length;
  self->left -= length;
}

static void read_value(lua_State *L, struct reader *self, char tag, int depth) {
  lua_Integer integer;
  lua_Number number;
  switch (tag) {
    case 'N':
      lua_pushnil(L);
      break;
    case 'T':
    case 'F':
      lua_pushboolean(L, tag == 'T');
      break;
    case 'I':
      read_bytes(L, self, &integer, sizeof integer);
      lua_pushinteger(L, integer);
      break;
    case 'D':
      read_bytes(L, self, &number, sizeof number);
      lua_pushnumber(L, number);
      break;
    case 'S':
      read_string(L, self);
      break;
    case '{':
      read_table(L, self, depth + 1);
      break;
    default:
      luaL_error(L, "data is damaged");
  }
}

void values_unpack(lua_State *L, const char *bytes, size_t size) {
  struct reader reader = {bytes, size};
  char tag;
  read_bytes(L, &reader, &tag, 1);
  read_value(L, &reader, tag, 0);
}
