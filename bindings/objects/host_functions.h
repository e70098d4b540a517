/*
** host_functions.h - what scripts/node/node.lua builds a node from: primitives that a
** script itself never sees.
*/

#ifndef BINDINGS_OBJECTS_HOST_FUNCTIONS_H
#define BINDINGS_OBJECTS_HOST_FUNCTIONS_H

#include <lua.h>

/* () -> the table of primitives: see host_functions.c for their Lua signatures. */
int host_functions_push(lua_State *L);

#endif
