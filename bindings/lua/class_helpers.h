/*
** class_helpers.h - what several bindings share: making a class, pushing a failure,
** calling Lua's own library safely from C.
**
** Knows Lua and errno; no node and no socket.
*/

#ifndef BINDINGS_LUA_CLASS_HELPERS_H
#define BINDINGS_LUA_CLASS_HELPERS_H

#include <lua.h>

#include <lauxlib.h>

/* Make the metatable of a class: its methods under __index, its name under
** __name. Leaves nothing on the stack. */
void class_new(lua_State *L, const char *name, const luaL_Reg *metamethods,
               const luaL_Reg *methods);

/* nil, the reason in words, errno's symbol ("EADDRINUSE"). Returns 3. */
int class_push_errno(lua_State *L, int error);

/* nil, reason. Returns 2. */
int class_push_reason(lua_State *L, const char *reason);

/* As text, also for libzmq's own numbers; never NULL. */
const char *class_error_text(int error);
const char *class_error_symbol(int error);

#endif
