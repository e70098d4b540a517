/*
** limit.h - calls that must come to an end by themselves: code that is being
** loaded, 'init' and 'migrate' at a reload, an expression to evaluate.
*/

#ifndef BINDINGS_TASK_LIMIT_H
#define BINDINGS_TASK_LIMIT_H

#include <stdbool.h>

#include <lua.h>

/* core.limited(function, ...) -> true, ... | false, error. The call can't wait,
** and is ended with an error after a second of CPU time. */
int limit_call(lua_State *L);

/* The same for what runs on this thread between the two calls. A thread that has
** reached the limit, which limit_end tells, must not be used again. */
void limit_begin(lua_State *L, lua_State *thread);
bool limit_end(lua_State *L, lua_State *thread);

#endif
