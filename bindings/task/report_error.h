/*
** report_error.h - errors of a script: said once for each place, counted always.
*/

#ifndef BINDINGS_TASK_REPORT_ERROR_H
#define BINDINGS_TASK_REPORT_ERROR_H

#include <stdint.h>

#include <lua.h>

struct script;
struct task;

/* Where in the registry the error of an attempt is left: see script_attempt. */
#define REPORT_ATTEMPT "sloop.attempt"

/* The error object on top of the task's stack, whose frames still stand: log
** it with its traceback, or end the node with it as the reason. */
void report_error(struct task *task);

/* The error that a __close raised while the task was closed. */
void report_close_error(struct task *task);

/* A task is about to be closed because it has outlived two reloads. */
void report_outdated(struct task *task);

/* Code has computed for so long: these coroutines, the innermost first, or, when
** there are none, a call of C that has returned. Said once for each place. */
void report_slow(struct script *script, int64_t ms, lua_State *const *threads, int count);

/* A task is ended because it has computed for so long: an error. */
void report_runaway(struct task *task, int64_t ms, lua_State *const *threads, int count);

/* Push "file:line" of the innermost Lua function of 'thread'; "?" without one. */
void report_push_place(lua_State *L, lua_State *thread);

/* An error outside any task, on top of the script's own stack, which is popped. */
void report_other_error(struct script *script, const char *what);

#endif
