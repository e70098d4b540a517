/*
** report_error.h - errors of a script: counted always, logged once for each place.
*/

#ifndef BINDINGS_TASK_REPORT_ERROR_H
#define BINDINGS_TASK_REPORT_ERROR_H

#include <stdint.h>

#include <lua.h>

struct script;
struct task;

/* Where in the registry the error of an attempt is left: see script_attempt. */
#define REPORT_ERROR_ATTEMPT "sloop.attempt"

/* The error object on top of the task's stack, whose frames still stand: log
** it with its traceback, or end the node with it as the reason. */
void report_error(struct task *task);

/* The error that a __close raised while the task was closed. */
void report_error_in_close(struct task *task);

/* A task is about to be closed because it has outlived two reloads. */
void report_error_outdated(struct task *task);

/* A task is ended because it has computed for too long, in these coroutines. */
void report_error_ended(struct task *task, int64_t ms, lua_State *const *threads, int count);

/* An error outside any task, on top of the script's own stack, which is popped. */
void report_error_outside(struct script *script);

/* Have instance.chore called outside any task: after 'errors' errors of the present
** generation, or after 'ms'. */
void report_error_watch(struct script *script, uint64_t errors, double ms);

#endif
