/*
** luv.h - `require "luv"` in a node: its loop runs within the node's turns, and its
** callbacks are tasks of the node.
*/

#ifndef BINDINGS_PROGRAM_LUV_H
#define BINDINGS_PROGRAM_LUV_H

#include <lua.h>

/* In the state of a node of the real world, before its role is loaded. */
void luv_open(lua_State *L);

#endif
