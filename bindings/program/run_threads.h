/*
** run_threads.h - all nodes of a topology in this process, spread over threads.
*/

#ifndef BINDINGS_PROGRAM_RUN_THREADS_H
#define BINDINGS_PROGRAM_RUN_THREADS_H

#include <lua.h>

/* core.up(spec) -> crew | nil, reason. The spec is { name =, threads = n, watch =
** boolean, control = path or "none" or nil, nodes = { { name =, thread = 1..n,
** entry = bytes as script_new takes them }, ... } }. The crew is what
** scripts/topology/supervisor.lua leads:
**   crew:add(spec of a node)
**   crew:load(node [, entry])  crew:go(node)  crew:stop(node [, status [, now]])
**   crew:probe(node)  crew:ask(node, request, bytes)  crew:tell(node, bytes)
**   crew:answer(request, bytes)  crew:log(name, text)  crew:warn(name, text)
**   crew:next(ms) -> kind, node, number, flag, bytes, request; "timeout" when
**     nothing happened. For what each kind tells: thread_pool.h
**   crew:now() -> ms
**   crew:ending(): from now on a second signal ends the process
**   crew:abandon(status): end the process, whatever its nodes do
**   crew:close(): wait until all nodes have ended, and the context; also __gc,
**     which ends them first */
int run_threads_new(lua_State *L);

/* core.processors() -> how many this process may use */
int run_threads_processors(lua_State *L);

void run_threads_open_class(lua_State *L);

#endif
