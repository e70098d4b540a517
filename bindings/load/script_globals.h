/*
** script_globals.h - what differs from stock Lua in a node: how it exits, prints
** and resumes coroutines, and, where time is not the system's, what tells time and chance.
*/

#ifndef BINDINGS_LOAD_SCRIPT_GLOBALS_H
#define BINDINGS_LOAD_SCRIPT_GLOBALS_H

#include <stdbool.h>

#include <lua.h>

/* Replace these functions, in a state that has the standard libraries and
** belongs to a script. */
void script_globals_open(lua_State *L);

/* Where chance is not the system's: is 'math' still as it was seeded? And seed it as
** script_globals_open did, in a state whose memory was restored. */
bool script_globals_has_drawn(lua_State *L);
void script_globals_seed(lua_State *L);

#endif
