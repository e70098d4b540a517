/*
** script_globals.h - what differs from stock Lua in a node: how it exits, prints
** and resumes coroutines, and, where time is not the system's, what tells time and chance.
*/

#ifndef BINDINGS_LOAD_SCRIPT_GLOBALS_H
#define BINDINGS_LOAD_SCRIPT_GLOBALS_H

#include <lua.h>

/* Replace these functions, in a state that has the standard libraries and
** belongs to a script. */
void script_globals_open(lua_State *L);

#endif
