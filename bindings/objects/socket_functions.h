/*
** socket_functions.h - primitives for sockets, from which scripts/node/node.lua builds a
** node: those of host_functions.h that are about sockets.
*/

#ifndef BINDINGS_OBJECTS_SOCKET_FUNCTIONS_H
#define BINDINGS_OBJECTS_SOCKET_FUNCTIONS_H

#include <lua.h>

#include <lauxlib.h>

/* See socket_functions.c for their Lua signatures. */
extern const luaL_Reg socket_functions[];

/* () -> { name = kind } of libzmq's options, { name = true } of socket types. */
int socket_functions_options(lua_State *L);
int socket_functions_types(lua_State *L);

#endif
