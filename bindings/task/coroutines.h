/*
** coroutines.h - coroutine.resume, wrap, close and yield as nodes have them.
**
** They do what Lua's own do, and know besides which coroutine is the innermost
** and what a slice of a long computation is (runaway.h). A task is not the
** script's to resume or close, nor to yield from.
*/

#ifndef BINDINGS_TASK_COROUTINES_H
#define BINDINGS_TASK_COROUTINES_H

#include <lua.h>

/* Replace them, in a state that has the standard libraries and belongs to a
** script. */
void coroutines_open(lua_State *L);

#endif
