/*
** connections.h - what is known of the endpoints a socket connects to: whether a peer
** is there, since when, how often; for 'sloop ctl status'.
**
** Known from libzmq's monitor, which gives no events for inproc. A table in the
** socket's user value SOCKET_CONNECTIONS: endpoint, as libzmq names it, ->
** { connected = boolean, since = ms, times = n, attempts = n since it was last
** connected, error = text or nil }.
*/

#ifndef BINDINGS_OBJECTS_CONNECTIONS_H
#define BINDINGS_OBJECTS_CONNECTIONS_H

#include <stdbool.h>

#include <lua.h>

struct lua_socket;
struct world_event;

/* Before the socket at 'index' is opened as 'declaration' says: begin anew. True when
** its connections should be monitored: it is a role's own, in the real world, and
** connects by tcp or ipc. */
bool connections_begin(lua_State *L, int index, int declaration);

/* Take note of an event of the socket at 'index'. */
void connections_note(lua_State *L, int index, const struct world_event *event);

/* Push the table; nil when its connections are not monitored. */
void connections_push(lua_State *L, int index);

/* core.track_connections(on): monitor those of the sockets opened from now on. */
int connections_track(lua_State *L);

#endif
