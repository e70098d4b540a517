/*
** timers_signals.h - timers and signals that call a handler: the class 'Source'.
**
** One handler of each runs at a time, and what happens while it waits is not
** repeated later.
*/

#ifndef BINDINGS_OBJECTS_TIMERS_SIGNALS_H
#define BINDINGS_OBJECTS_TIMERS_SIGNALS_H

#include <lua.h>

/* core.timer(instance, name) -> timer; timer:set(ms) ticks from now on, every so
** many ms; timer:cancel(). */
int timers_signals_timer(lua_State *L);

/* core.signal(instance, name) -> source, or nil and a reason: calls on.<name>
** until source:cancel(). */
int timers_signals_signal(lua_State *L);

/* core.signals() -> { name = true }: the signals that a role may handle. */
int timers_signals_names(lua_State *L);

/* Register the class, and handle the signals of this state's script. */
void timers_signals_open_class(lua_State *L);

#endif
