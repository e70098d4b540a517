/*
** core.h - what scripts/instance.lua builds a node from: primitives that a
** script itself never sees.
*/

#ifndef BINDINGS_CORE_H
#define BINDINGS_CORE_H

#include <lua.h>

/* Push the table of primitives: see core.c for their Lua signatures. */
void core_push(lua_State *L);

/* Push { name = kind } of libzmq's options, { name = true } of socket types. */
void core_push_socket_options(lua_State *L);
void core_push_socket_types(lua_State *L);

void core_open_classes(lua_State *L);

#endif
