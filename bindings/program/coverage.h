/*
** coverage.h - which functions and lines of scripts ran in simulations, and how often.
*/

#ifndef BINDINGS_PROGRAM_COVERAGE_H
#define BINDINGS_PROGRAM_COVERAGE_H

#include <stdbool.h>

#include <lua.h>

/* Count from now on what this state runs, and the coroutines made in it: functions, by the line
** they begin in, or every line. */
void coverage_watch(lua_State *L, bool lines);

/* covered() -> { path -> { line -> count } }, of all that was watched; and forget it. */
int coverage_take(lua_State *L);

#endif
