/*
** fields.h - fields of a Lua table that C reads as options: with a default where they are nil, and
** an error where they have another type.
*/

#ifndef BINDINGS_LUA_FIELDS_H
#define BINDINGS_LUA_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include <lua.h>

/* A field in ms, as us; 'otherwise' is in us. */
int64_t fields_ms(lua_State *L, int index, const char *name, int64_t otherwise);
lua_Integer fields_integer(lua_State *L, int index, const char *name, lua_Integer otherwise);
bool fields_boolean(lua_State *L, int index, const char *name); /* false where it is nil */

#endif
