/*
** report.h - reports about a script's code: each place once, then at growing
** intervals as "N more times".
**
** A place is the file and line an error was raised at. Calls no code of the script.
*/

#ifndef BINDINGS_TASK_REPORT_H
#define BINDINGS_TASK_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <lua.h>

#include "host/core/world.h"

struct script;
struct timer;

/* Push "file:line" of the innermost Lua function of 'thread'; "?" without one. */
void report_push_place(lua_State *L, lua_State *thread);

/* Has this place, a string on top of the stack, been reported? It is from now on; and
** what comes again is counted, and reported as 'label' (NULL: the place). */
bool report_is_known(lua_State *L, const char *label);

/* Forget all places: the code was replaced. */
void report_forget(lua_State *L);

/* For the script's timer 'repeats': report what was counted. */
void report_repeats(struct timer *timer);

/* Log what the C function 'describe' makes of the light userdata 'about', on the
** script's state and protected: a string, or nothing. */
void report_protected(struct script *script, enum world_level level, lua_CFunction describe,
                      const void *about);

/* Code has computed for this long: these coroutines, the innermost first, or, when
** there are none, a call of C that has returned. Once for each place. */
void report_slow(struct script *script, int64_t ms, lua_State *const *threads, int count);

/* The code in these coroutines is ended because it has computed for too long: the reason
** is left on the script's stack. */
void report_ended(struct script *script, int64_t ms, lua_State *const *threads, int count);

#endif
