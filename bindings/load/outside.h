/*
** outside.h - what of the process and the system a simulated node can see, though no seed draws it:
** named once a process in a warning, or made the same.
*/

#ifndef BINDINGS_LOAD_OUTSIDE_H
#define BINDINGS_LOAD_OUTSIDE_H

#include <lua.h>

/* Watch the libraries of a state in the simulated world. */
void outside_open(lua_State *L);

#endif
