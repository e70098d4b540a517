/*
** private_modules.h - files of the host that a state needs for a while only.
**
** A tool is loaded like any file of the program, with the modules it requires, but
** all of it is kept in a box, a Lua table: it leaves no trace in package.loaded or
** among the loader's files, and when the box is forgotten it is gone. So a role
** that requires a module of ours has one of its own, and it can be reloaded.
*/

#ifndef BINDINGS_LOAD_PRIVATE_MODULES_H
#define BINDINGS_LOAD_PRIVATE_MODULES_H

#include <lua.h>

/* (box, path, ...) -> what the file returns, called with the rest. A box begins
** empty. What is required later, when the tool is at work, is not in the box. */
int private_modules_load(lua_State *L);

#endif
