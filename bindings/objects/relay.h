/*
** relay.h - the class 'Relay': a relay of the host as a Lua object.
*/

#ifndef BINDINGS_OBJECTS_RELAY_H
#define BINDINGS_OBJECTS_RELAY_H

#include <lua.h>

#include <lauxlib.h>

/* core.relay(front, back) -> relay, paused */
int relay_new_object(lua_State *L);

/* core.capture(relay, socket) -> true | nil, reason: it gets a copy of each message */
int relay_capture_object(lua_State *L);

/* core.release_capture(relay, socket) -> how many copies it had no room for */
int relay_release_object(lua_State *L);

/* Let go of the sockets of the relay at 'arg', for good. */
void relay_close_object(lua_State *L, int arg);

void relay_open_class(lua_State *L);

/* The methods' names, for checks and documents. */
extern const luaL_Reg relay_methods[];

#endif
