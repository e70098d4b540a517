/*
** script.h - a script: the Lua state of one node, and how its node serves it.
**
** Makes the state, loads the role into it, turns the node's events into tasks.
** What a role's table means is decided in scripts/node/node.lua, which runs
** inside the state; here are only the mechanics.
*/

#ifndef BINDINGS_TASK_SCRIPT_H
#define BINDINGS_TASK_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lua.h>

#include "bindings/task/task.h"
#include "bindings/task/watchdog.h"
#include "host/core/list.h"
#include "host/core/node.h"
#include "host/core/world.h"

/* The functions of scripts/node/node.lua, in the registry. */
#define SCRIPT_INSTANCE "sloop.instance"

struct loans;

struct script {
  struct script *script; /* itself; first: see script_of */
  lua_State *L;          /* the main thread: runs no script's code that may wait */
  struct node node;
  struct list pool;               /* finished tasks, to be used again */
  struct list tasks;              /* the others */
  struct list runnable;           /* those that were woken */
  struct list held;               /* handlers of events that came before 'init' was done */
  struct list signals;            /* sources that wait for one */
  struct task *stopping;          /* runs a 'stop' */
  struct task_source stop_source; /* learns of its end */
  struct task *running;           /* the innermost task that runs; NULL: none */
  struct task *sliced;            /* goes on before anything else; NULL: none */
  struct watchdog watchdog;
  unsigned generation; /* of the code: 1, and one more after each reload */
  bool hung_up;        /* SIGHUP came while a task was between two slices */
  bool attempting;     /* script_attempt runs: its error is no end */
  bool strict;         /* the first error in a handler ends the node */
  bool tells_end;      /* what ends the node in failure is logged: its caller won't tell it */
  uint64_t errors;     /* raised in handlers and tasks */
  uint64_t probation;  /* after so many more errors instance.chore is called */
  struct timer chore;  /* calls instance.chore between two events */
  size_t memory;       /* bytes Lua holds */
  size_t memory_cap;   /* what it may; 0: as much as there is */
  struct loans *loans; /* strings that libzmq reads from: see loan.h */
  char *result;        /* see script_result; NULL: nothing */
  size_t result_size;
  void *owner; /* for whoever made the script */
};

/*
** The script that a state, or any coroutine in it, belongs to. The extra space
** of a task's coroutine points to the task, that of every other to the script;
** both structs begin with a pointer to the script.
*/
static inline struct script *script_of(lua_State *L) {
  return **(struct script ***)lua_getextraspace(L);
}

/*
** A script with its node in this world, loaded, checked, its sockets open, from
** an entry as bindings/lua/values.c packs it: { role =, name =, strict =, ... } (see
** scripts/node/node.lua). NULL on failure, with the reason in 'reason', which is
** cut to 'room', and whether the user is at fault in 'usage'.
*/
struct script *script_new(struct world *world, const char *entry, size_t size, char *reason,
                          size_t room, bool *usage);

/* Has libzmq given back every string it was lent? Only then may it be freed. */
bool script_is_idle(struct script *script);

/* Free a script whose node has ended, or was never served, or has crashed. */
void script_free(struct script *script);

/* Why the node stopped, packed: the list of what 'main' or self:stop gave, with
** its length as 'n', or nil and an error. Lives as long as the script. */
const char *script_result(struct script *script, size_t *size);

/* Let a handler run when its turn comes, but not before 'init' is done. */
void script_spawn_event(struct script *script, struct task *task, int arguments);

/* Run the function and its arguments on top of the stack at once, as a fatal
** task: pushes true, or nil and the error it raised before it waited. Returns how
** many. Not from inside another task. May raise. */
int script_attempt(lua_State *L, int arguments);

/* Call the function that is below its top 'arguments' values on the script's
** stack, outside any task: what it returns as a boolean, or false, the error
** reported as one of 'what'. */
bool script_ask(struct script *script, int arguments, const char *what);

/* End the node: the 'count' values from index 'first' are why, as from 'main' or
** self:stop. nil and a reason mean exit status 1. May raise. */
void script_stop(lua_State *L, int first);

/* End the node with nil and a reason at index 'first', because of an error. One
** that ends already, and well so far, has failed after all. May raise. */
void script_fail(lua_State *L, int first);

/* A task for the function and its arguments on top of the stack, to run soon.
** An error in a fatal one ends the node. The second is the same for a 'stop',
** after which comes the next role's. Both may raise. */
struct task *script_spawn(lua_State *L, int arguments, bool fatal);
void script_spawn_stop(lua_State *L, int arguments);

/* A handler or task raised an error. */
void script_count_error(struct script *script, unsigned generation);

/* Have instance.chore called outside any task: after so many errors of the present
** generation, or after so many ms. It is told which. */
void script_watch(struct script *script, uint64_t errors, double ms);

/* Call a function of scripts/node/node.lua in the script's state, with the top
** 'arguments' values of its stack. True: 'results' values are pushed. False: the
** error was reported. */
bool script_call(struct script *script, const char *name, int arguments, int results);

#endif
