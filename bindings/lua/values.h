/*
** values.h - plain data as bytes, and back: between Lua states, and into traces.
**
** Plain data: nil, booleans, numbers, strings, and tables of these without
** metatables. The same data gives the same bytes: keys are sorted.
*/

#ifndef BINDINGS_LUA_VALUES_H
#define BINDINGS_LUA_VALUES_H

#include <stddef.h>

#include <lua.h>

/* Push the value at 'index' as a string of bytes. Raises, naming the path, when
** something in it is not plain. */
void values_pack(lua_State *L, int index);

/* Push the value that these bytes mean. Raises when they mean none. */
void values_unpack(lua_State *L, const char *bytes, size_t size);

#endif
