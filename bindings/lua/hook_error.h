/*
** hook_error.h - an error raised by a hook, in code that must come to its end.
**
** Lua calls the message handler of the enclosing xpcall inside the hook, where no other
** hook runs: a handler that loops would never end. So the handler is disabled.
*/

#ifndef BINDINGS_LUA_HOOK_ERROR_H
#define BINDINGS_LUA_HOOK_ERROR_H

#include <lua.h>

/* Raise what is on top of the stack. Does not return. */
int hook_error_raise(lua_State *L);

/* Note which function is xpcall, in a state that has the standard libraries. */
void hook_error_open(lua_State *L);

#endif
