/*
** socket.h - the class 'Socket': sending, receiving and closing in Lua.
*/

#ifndef BINDINGS_OBJECTS_SOCKET_H
#define BINDINGS_OBJECTS_SOCKET_H

#include <lua.h>

#include <lauxlib.h>

#include "bindings/objects/lua_socket.h"

/* Push a new socket, closed, of this instance and declaration (stack indices). */
struct lua_socket *socket_new(lua_State *L, int instance, int declaration);

/* Register the class. */
void socket_class_open(lua_State *L);

/* The methods' names, for checks and documents. */
extern const luaL_Reg socket_methods[];

#endif
