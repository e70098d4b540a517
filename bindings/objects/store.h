/*
** store.h - the class 'Store': a durable store of the node as a Lua object.
*/

#ifndef BINDINGS_OBJECTS_STORE_H
#define BINDINGS_OBJECTS_STORE_H

#include <lua.h>

#include <lauxlib.h>

/* core.store(name, path) -> store | nil, reason; open until core.close_store */
int store_object_new(lua_State *L);

/* core.close_store(store): for good, and what was not synced is lost */
int store_object_close(lua_State *L);

/* core.store_counts(store) -> { commits =, unsynced = (bytes) } */
int store_object_counts(lua_State *L);

void store_object_open_class(lua_State *L);

/* The methods' names, for checks and documents. */
extern const luaL_Reg store_methods[];

#endif
