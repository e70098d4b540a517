/*
** generation.h - the globals of one generation of a node's code: global variables,
** libraries, package.loaded, metatables of strings and other basic types.
**
** A reload loads the new code into fresh ones, so that a load that is refused has
** touched nothing of what runs, and what only the old code set is gone with it.
** Lua modules that the loader did not load (C modules, those of LUA_PATH) are the
** same in all generations; what a refused load changed in their tables is put back.
*/

#ifndef BINDINGS_LOAD_GENERATION_H
#define BINDINGS_LOAD_GENERATION_H

#include <lua.h>

/* In the registry: what package.preload has in every generation, and how to put it
** there for the first. */
#define GENERATION_PRELOAD "sloop.preload"
void generation_preload(lua_State *L);

/* core.new_globals() -> those that were, a table for core.restore_globals. May raise,
** and then nothing has changed. */
int generation_begin(lua_State *L);

/* core.restore_globals(saved): as they were */
int generation_restore(lua_State *L);

/* core.drop_globals(saved): nothing will go back to them. Tasks of the old code keep
** their globals, but not the modules and roles of that time. */
int generation_drop(lua_State *L);

/* core.globals() -> the table of global variables */
int generation_globals(lua_State *L);

#endif
