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
int timers_signals_timer(lua_State *L);

/* core.signal(instance, name) -> source, or nil and a reason: calls on.<name>
** until source:cancel(). */
int timers_signals_signal(lua_State *L);

/* The node got this signal; false when no handler wants it. */
bool timers_signals_signalled(struct script *script, int number);

/* Something happened to a connection of this socket. */
void timers_signals_connection(struct lua_socket *socket, const struct world_event *event);

/* Register the classes. */
void timers_signals_open_class(lua_State *L);

#endif
