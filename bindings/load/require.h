/*
** require.h - 'require' for scripts: each file is compiled and run once, under its path.
**
** In which order places are searched is described in loader.h.
*/

#ifndef BINDINGS_LOAD_REQUIRE_H
#define BINDINGS_LOAD_REQUIRE_H

#include <stdbool.h>

#include <lua.h>

/* In the registry: path -> hash of the text, for every file the loader compiled; false
** where a module was looked for in vain. */
#define LOADER_FILES "sloop.loader.files"

/* In the registry: a function (path) that is called when a file was compiled, or looked
** for in vain, and so may be worth watching; or nil. */
#define LOADER_LISTENER "sloop.loader.listener"

/* Compile the file whose path and text are on top; replaces them by the function, or by
** the reason. */
bool require_compile(lua_State *L);

/* Replace path and text on top by what the file returns, which is run only once. */
void require_load_once(lua_State *L);

/* Replace 'require', and add the last of package.searchers. */
void require_install(lua_State *L);

#endif
