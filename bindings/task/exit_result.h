/*
** exit_result.h - why a node ends: what 'main' or self:stop gave, kept as bytes.
*/

#ifndef BINDINGS_TASK_EXIT_RESULT_H
#define BINDINGS_TASK_EXIT_RESULT_H

#include <stddef.h>

#include <lua.h>

struct script;

/* End the node: the 'count' values from index 'first' are why, as from 'main' or
** self:stop. nil and a reason mean exit status 1. May raise. */
void exit_result_stop(lua_State *L, int first);

/* End the node with nil and a reason at index 'first', because of an error. One
** that ends already, and well so far, has failed after all. May raise. */
void exit_result_fail(lua_State *L, int first);

/* Why the node stopped, packed: the list of what 'main' or self:stop gave, with
** its length as 'n', or nil and an error; NULL: nothing. Lives as long as the script. */
const char *exit_result_get(struct script *script, size_t *size);

#endif
