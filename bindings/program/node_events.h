/*
** node_events.h - what happened in a simulation, as a Lua table.
*/

#ifndef BINDINGS_PROGRAM_NODE_EVENTS_H
#define BINDINGS_PROGRAM_NODE_EVENTS_H

#include <lua.h>

struct sim;
struct sim_fault;

/* Push the list of events, in order of time: each a table with 'kind', 'node'
** (its name), 'time' (ms), and the fields of what happened. */
void node_events_push(lua_State *L, struct sim *sim);

/* Push a fault as a table that a spec's schedule may hold. */
void node_events_push_fault(lua_State *L, const struct sim_fault *fault);

#endif
