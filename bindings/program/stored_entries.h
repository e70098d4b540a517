/*
** stored_entries.h - what is in a store's file, for 'sloop store': read only, also while a
** node has it open.
*/

#ifndef BINDINGS_PROGRAM_STORED_ENTRIES_H
#define BINDINGS_PROGRAM_STORED_ENTRIES_H

#include <lua.h>

/* core.stored(path) -> entries | nil, reason. entries:get(key) -> value | nil;
** entries:next(prefix) -> function() -> key, value. Both raise with a reason. */
int stored_entries_new(lua_State *L);

void stored_entries_open_class(lua_State *L);

#endif
