/*
** socket_options.h - from a socket's declaration to an open socket.
**
** Each of these returns true, or false with nil, reason, code pushed; and raises for
** a declaration or an option that can't be right.
*/

#ifndef BINDINGS_OBJECTS_SOCKET_OPTIONS_H
#define BINDINGS_OBJECTS_SOCKET_OPTIONS_H

#include <stdbool.h>

#include <lua.h>

struct lua_socket;

/* Open the socket at 'index' as its declaration says. After a failure it is closed. */
bool socket_options_open(lua_State *L, int index);

/* Bind or connect one more endpoint. */
bool socket_options_bind(lua_State *L, int index, const char *endpoint);
bool socket_options_connect(lua_State *L, int index, const char *endpoint);

/* Set one option to the value at 'value'. */
bool socket_options_set(lua_State *L, struct lua_socket *self, const char *name, int value);

/* Let scripts see the endpoints that the socket at 'index' is bound to. */
void socket_options_show_endpoints(lua_State *L, int index);

#endif
