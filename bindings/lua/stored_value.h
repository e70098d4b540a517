/*
** stored_value.h - plain data as a store keeps it: on any machine, and readable.
**
** A kind, and bytes:
**   s  a string: its bytes            i  an integer in decimal
**   f  a float: decimal, inf, nan     b  true or false
**   t  a table: { its values from 1 on, then | and keys and values in turn }, where each
**      is its kind and: the string's size, a colon and its bytes; the integer, float or
**      boolean up to a semicolon; the inner table. n is nil.
** So { "echo", "hi", tries = 0 } is {s4:echos2:hi|s5:triesi0;}
*/

#ifndef BINDINGS_LUA_STORED_VALUE_H
#define BINDINGS_LUA_STORED_VALUE_H

#include <stddef.h>

#include <lua.h>

/* The kind of the value at 'index', which is not nil, and how many bytes it takes. Raises,
** naming the path, when something in it is not plain data. */
char stored_value_measure(lua_State *L, int index, size_t *size);

/* Write its bytes, of which the above told the number. Does not raise. */
void stored_value_write(lua_State *L, int index, char *bytes);

/* Push the value. Raises when the bytes mean none. */
void stored_value_unpack(lua_State *L, char kind, const char *bytes, size_t size);

#endif
