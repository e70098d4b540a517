/*
** limit.h - calls that must come to an end by themselves: code that is being
** loaded, 'init' and 'migrate' at a reload, an expression to evaluate.
*/

#ifndef BINDINGS_LIMIT_H
#define BINDINGS_LIMIT_H

#include <lua.h>

/* core.limited(function, ...) -> true, ... | false, error. The call can't wait,
** and is ended with an error after some hundred million instructions, which is
** about a second. */
int limit_call(lua_State *L);

#endif
