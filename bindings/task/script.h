/*
** script.h - a script as its node sees it: the Lua state, and the node's events as
** tasks in it.
**
** What a role's table means is decided in scripts/node/node.lua, which runs inside the
** state; here are only the mechanics.
*/

#ifndef BINDINGS_TASK_SCRIPT_H
#define BINDINGS_TASK_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lua.h>

#include "bindings/task/script_state.h"

/* The functions of scripts/node/node.lua, in the registry. */
#define SCRIPT_INSTANCE "sloop.instance"

/* A script with a bare Lua state, and its node in this world. NULL when memory is
** short. */
struct script *script_new(struct world *world);

/* A script whose memory is again what it was before it was served, in a run that is over: it is
** this world's now. */
void script_move(struct script *script, struct world *world);

/* Has libzmq given back every string it was lent? Only then may it be freed. */
bool script_is_idle(struct script *script);

/* Free a script whose node has ended, or was never served, or has crashed. */
void script_free(struct script *script);

/* Let a handler run when its turn comes, but not before 'init' is done. */
void script_spawn_event(struct script *script, struct task *task, int arguments);

/* Run the function and its arguments on top of the stack at once, as a fatal
** task: pushes true, or nil and the error it raised before it waited. Returns how
** many. Not from inside another task. May raise. */
int script_attempt(lua_State *L, int arguments);

/* Call the function that is below its top 'arguments' values on the script's stack,
** outside any task: what it returns as a boolean, or false with the error reported. */
bool script_ask(struct script *script, int arguments);

/* A task for the function and its arguments on top of the stack, to run soon.
** An error in a fatal one ends the node. The second is the same for a 'stop',
** after which comes the next role's. Both may raise. */
struct task *script_spawn(lua_State *L, int arguments, bool fatal);
void script_spawn_stop(lua_State *L, int arguments);

/* Call a function of scripts/node/node.lua in the script's state, with the top
** 'arguments' values of its stack. True: 'results' values are pushed. False: the
** error was reported. */
bool script_call(struct script *script, const char *name, int arguments, int results);

#endif
