/*
** timers_signals.h - what calls a handler without a message: timers, signals, and the
** connection events of a socket.
**
** Of a timer or signal one handler runs at a time, and what happens while it
** waits is not repeated later. No connection event is left out, so if their
** handler waits, the next may overtake it.
*/

#ifndef BINDINGS_OBJECTS_TIMERS_SIGNALS_H
#define BINDINGS_OBJECTS_TIMERS_SIGNALS_H

#include <stdbool.h>

#include <lua.h>

struct lua_socket;
struct script;
struct world_event;

/* core.timer(instance, name) -> timer; timer:set(ms) ticks from now on, every so
** many ms; timer:cancel(). */
int source_timer(lua_State *L);

/* core.signal(instance, name) -> source, or nil and a reason: calls on.<name>
** until source:cancel(). */
int source_signal(lua_State *L);

/* The node got this signal; false when no handler wants it. */
bool source_signalled(struct script *script, int number);

/* Something happened to a connection of this socket. */
void source_connection(struct lua_socket *socket, const struct world_event *event);

/* Register the classes. */
void source_open_classes(lua_State *L);

#endif
