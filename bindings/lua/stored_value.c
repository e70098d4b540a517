/*
** stored_value.c - see stored_value.h.
**
** The reader is total: a file may hold anything, and no length in it is believed before
** there are as many bytes.
*/

#include "bindings/lua/stored_value.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#include "bindings/lua/values.h"

enum { MAX_DEPTH = 150, NUMBER_SIZE = 64 };

/* ---- numbers ---- */

static int print_integer(char *text, lua_Integer value) {
  char digits[NUMBER_SIZE];
  int size = 0, at = NUMBER_SIZE;
  uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
  do digits[--at] = (char)('0' + left % 10);
  while ((left /= 10) > 0);
  if (value < 0) text[size++] = '-';
  memcpy(text + size, digits + at, (size_t)(NUMBER_SIZE - at));
  return size + NUMBER_SIZE - at;
}

/* With a point, whatever the locale has. */
static int print_float(char *text, lua_Number value) {
  if (isnan(value)) return snprintf(text, NUMBER_SIZE, "nan");
  if (isinf(value)) return snprintf(text, NUMBER_SIZE, "%s", value > 0 ? "inf" : "-inf");
  int size = snprintf(text, NUMBER_SIZE, "%.17g", value);
  char *point = memchr(text, localeconv()->decimal_point[0], (size_t)size);
  if (point != NULL) *point = '.';
  return size;
}

static int print_number(lua_State *L, int index, char *text) {
  if (lua_isinteger(L, index)) return print_integer(text, lua_tointeger(L, index));
  return print_float(text, lua_tonumber(L, index));
}

static int damaged(lua_State *L) {
  return luaL_error(L, "a value in the store is damaged");
}

static void push_number(lua_State *L, char kind, const char *bytes, size_t size) {
  char text[NUMBER_SIZE];
  if (size == 0 || size >= sizeof text) damaged(L);
  memcpy(text, bytes, size);
  text[size] = '\0';
  if (kind == 'f' && strpbrk(text, "nN") != NULL) { /* nan and inf, which Lua does not read */
    char *end;
    lua_pushnumber(L, (lua_Number)strtod(text, &end));
    if (*end != '\0') damaged(L);
    return;
  }
  bool read = lua_stringtonumber(L, text) == size + 1;
  if (!read || (kind == 'i' && !lua_isinteger(L, -1))) damaged(L);
  if (kind == 'i') return;
  lua_pushnumber(L, lua_tonumber(L, -1));
  lua_replace(L, -2);
}

static void push_boolean(lua_State *L, const char *bytes, size_t size) {
  bool is_true = size == 4 && memcmp(bytes, "true", 4) == 0;
  if (!is_true && !(size == 5 && memcmp(bytes, "false", 5) == 0)) damaged(L);
  lua_pushboolean(L, is_true);
}

/* ---- writing ---- */

/* Where bytes go; NULL: they are only counted. */
struct writer {
  char *bytes;
  size_t size;
};

static void put_bytes(struct writer *self, const char *bytes, size_t size) {
  if (self->bytes != NULL && size > 0) memcpy(self->bytes + self->size, bytes, size);
  self->size += size;
}

static void put_letter(struct writer *self, char letter) {
  put_bytes(self, &letter, 1);
}

static void put_string(lua_State *L, struct writer *self, int index) {
  size_t size;
  const char *bytes = lua_tolstring(L, index, &size);
  char text[NUMBER_SIZE];
  put_letter(self, 's');
  put_bytes(self, text, (size_t)print_integer(text, (lua_Integer)size));
  put_letter(self, ':');
  put_bytes(self, bytes, size);
}

static void put_number(lua_State *L, struct writer *self, int index) {
  char text[NUMBER_SIZE];
  put_letter(self, lua_isinteger(L, index) ? 'i' : 'f');
  put_bytes(self, text, (size_t)print_number(L, index, text));
  put_letter(self, ';');
}

static bool put_value(lua_State *L, struct writer *self, int index, int depth);

static bool put_others(lua_State *L, struct writer *self, int index, lua_Integer border,
                       int depth) {
  bool first = true;
  for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
    if (lua_isinteger(L, -2)) {
      lua_Integer key = lua_tointeger(L, -2);
      if (key >= 1 && key <= border) continue;
    }
    if (first) put_letter(self, '|');
    first = false;
    int top = lua_gettop(L);
    if (lua_istable(L, top - 1) || !put_value(L, self, top - 1, depth) ||
        !put_value(L, self, top, depth)) {
      return false;
    }
  }
  return true;
}

static bool put_table(lua_State *L, struct writer *self, int index, int depth) {
  if (depth > MAX_DEPTH || !lua_checkstack(L, 8)) return false;
  if (lua_getmetatable(L, index)) return false;
  lua_Integer border = (lua_Integer)lua_rawlen(L, index);
  put_letter(self, '{');
  for (lua_Integer i = 1; i <= border; i++) {
    lua_rawgeti(L, index, i);
    if (!put_value(L, self, lua_gettop(L), depth)) return false;
    lua_pop(L, 1);
  }
  if (!put_others(L, self, index, border, depth)) return false;
  put_letter(self, '}');
  return true;
}

/* False when it is not plain, and then the stack is as it may be. */
static bool put_value(lua_State *L, struct writer *self, int index, int depth) {
  switch (lua_type(L, index)) {
    case LUA_TNIL:
      put_letter(self, 'n');
      return true;
    case LUA_TBOOLEAN:
      put_bytes(self, lua_toboolean(L, index) ? "btrue;" : "bfalse;",
                lua_toboolean(L, index) ? 6 : 7);
      return true;
    case LUA_TNUMBER:
      put_number(L, self, index);
      return true;
    case LUA_TSTRING:
      put_string(L, self, index);
      return true;
    case LUA_TTABLE:
      return put_table(L, self, index, depth + 1);
    default:
      return false;
  }
}

char stored_value_measure(lua_State *L, int index, size_t *size) {
  char text[NUMBER_SIZE];
  int top = lua_gettop(L);
  index = lua_absindex(L, index);
  switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
      *size = lua_toboolean(L, index) ? 4 : 5;
      return 'b';
    case LUA_TNUMBER:
      *size = (size_t)print_number(L, index, text);
      return lua_isinteger(L, index) ? 'i' : 'f';
    case LUA_TSTRING:
      lua_tolstring(L, index, size);
      return 's';
    default:
      break;
  }
  struct writer writer = {NULL, 0};
  if (!lua_istable(L, index) || !put_value(L, &writer, index, 0)) {
    lua_settop(L, top);
    values_pack(L, index); /* raises, and knows how to say it */
    luaL_error(L, "the value can't be stored");
  }
  *size = writer.size;
  return 't';
}

void stored_value_write(lua_State *L, int index, char *bytes) {
  char text[NUMBER_SIZE];
  size_t size;
  const char *from = text;
  index = lua_absindex(L, index);
  switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
      from = lua_toboolean(L, index) ? "true" : "false";
      size = strlen(from);
      break;
    case LUA_TNUMBER:
      size = (size_t)print_number(L, index, text);
      break;
    case LUA_TSTRING:
      from = lua_tolstring(L, index, &size);
      break;
    default:
      put_value(L, &(struct writer){bytes, 0}, index, 0);
      return;
  }
  memcpy(bytes, from, size);
}

/* ---- reading ---- */

struct reader {
  const char *bytes;
  size_t left;
};

static char take_letter(lua_State *L, struct reader *self) {
  if (self->left == 0) damaged(L);
  self->left--;
  return *self->bytes++;
}

/* What is before this mark, which is taken too; its size. */
static size_t take_until(lua_State *L, struct reader *self, char mark, const char **from) {
  *from = self->bytes;
  size_t most = self->left < NUMBER_SIZE ? self->left : NUMBER_SIZE;
  const char *end = memchr(self->bytes, mark, most);
  if (end == NULL) return (size_t)damaged(L);
  size_t size = (size_t)(end - self->bytes);
  self->bytes += size + 1;
  self->left -= size + 1;
  return size;
}

static void take_string(lua_State *L, struct reader *self) {
  const char *digits;
  size_t count = take_until(L, self, ':', &digits), size = 0;
  if (count == 0 || count > 18) damaged(L);
  for (size_t i = 0; i < count; i++) {
    if (digits[i] < '0' || digits[i] > '9') damaged(L);
    size = size * 10 + (size_t)(digits[i] - '0');
  }
  if (size > self->left) damaged(L);
  lua_pushlstring(L, self->bytes, size);
  self->bytes += size;
  self->left -= size;
}

static void take_value(lua_State *L, struct reader *self, char kind, int depth);

static void take_table(lua_State *L, struct reader *self, int depth) {
  if (depth > MAX_DEPTH) damaged(L);
  luaL_checkstack(L, 8, "data too deep");
  lua_newtable(L);
  char kind;
  for (lua_Integer i = 1; (kind = take_letter(L, self)) != '}' && kind != '|'; i++) {
    take_value(L, self, kind, depth);
    lua_rawseti(L, -2, i);
  }
  if (kind == '}') return;
  while ((kind = take_letter(L, self)) != '}') {
    if (kind == 'n' || kind == '{') damaged(L);
    take_value(L, self, kind, depth);
    if (lua_type(L, -1) == LUA_TNUMBER && lua_tonumber(L, -1) != lua_tonumber(L, -1)) damaged(L);
    take_value(L, self, take_letter(L, self), depth);
    lua_rawset(L, -3);
  }
}

static void take_value(lua_State *L, struct reader *self, char kind, int depth) {
  const char *from;
  size_t size;
  switch (kind) {
    case 'n':
      lua_pushnil(L);
      break;
    case 'b':
      size = take_until(L, self, ';', &from);
      push_boolean(L, from, size);
      break;
    case 'i':
    case 'f':
      size = take_until(L, self, ';', &from);
      push_number(L, kind, from, size);
      break;
    case 's':
      take_string(L, self);
      break;
    case '{':
      take_table(L, self, depth + 1);
      break;
    default:
      damaged(L);
  }
}

void stored_value_unpack(lua_State *L, char kind, const char *bytes, size_t size) {
  struct reader reader = {bytes, size};
  switch (kind) {
    case 's':
      lua_pushlstring(L, bytes, size);
      break;
    case 'i':
    case 'f':
      push_number(L, kind, bytes, size);
      break;
    case 'b':
      push_boolean(L, bytes, size);
      break;
    case 't':
      if (take_letter(L, &reader) != '{') damaged(L);
      take_table(L, &reader, 1);
      if (reader.left > 0) damaged(L);
      break;
    default:
      damaged(L);
  }
}
