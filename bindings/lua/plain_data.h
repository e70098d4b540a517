/*
** plain_data.h - plain data in one state: copied, and checked. Tables are visited
** without metamethods, so no foreign code runs.
*/

#ifndef BINDINGS_LUA_PLAIN_DATA_H
#define BINDINGS_LUA_PLAIN_DATA_H

#include <stdbool.h>

#include <lua.h>

/* core.copy(value) -> a copy, in which what was shared or cyclic is so too. What is no
** table is taken as it is; metatables are not copied. */
int plain_data_copy(lua_State *L);

/* Is the value at index 1 plain: booleans, numbers, strings, userdata that
** 'is_host_object' accepts, and tables of these without metatables? Uses the stack of
** the C function that calls it. Raises only when memory is short. */
bool plain_data_is_plain(lua_State *L, bool (*is_host_object)(lua_State *L, int index));

#endif
