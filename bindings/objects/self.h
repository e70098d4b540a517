/*
** self.h - the methods of 'self'.
*/

#ifndef BINDINGS_OBJECTS_SELF_H
#define BINDINGS_OBJECTS_SELF_H

#include <lua.h>

#include <lauxlib.h>

extern const luaL_Reg self_methods[];

#endif
