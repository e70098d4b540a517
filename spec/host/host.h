/*
** host.h - the core for specs: its functions in Lua. Each raises when what it tries
** goes wrong.
*/

#ifndef SPEC_HOST_HOST_H
#define SPEC_HOST_HOST_H

#include <lua.h>

int luaopen_host(lua_State *L);

/* host.pool(steps) */
int host_pool(lua_State *L);

#endif
