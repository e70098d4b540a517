/*
** input.h - standard input that calls a handler for each line: the class 'Input'.
**
** One handler runs at a time, and the next line is taken after it: what a role does not
** take stays where it comes from.
*/

#ifndef BINDINGS_OBJECTS_INPUT_H
#define BINDINGS_OBJECTS_INPUT_H

#include <lua.h>

/* core.input() -> input | nil, reason, code: standard input, until input:close().
** input:attach(instance, name): from now on on.<name> is called with each line, and with nil
** at the end. input:counts() -> { lines =, dropped =, ended = } */
int input_new(lua_State *L);

/* Register the class. */
void input_open_class(lua_State *L);

#endif
