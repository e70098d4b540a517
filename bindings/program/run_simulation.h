/*
** run_simulation.h - a simulation of nodes, as one Lua function.
*/

#ifndef BINDINGS_PROGRAM_RUN_SIMULATION_H
#define BINDINGS_PROGRAM_RUN_SIMULATION_H

#include <lua.h>

/* core.simulate(spec) -> result: see sim.c for both. Raises when the simulation
** cannot be made. */
int run_simulation(lua_State *L);

void run_simulation_open_class(lua_State *L);

#endif
