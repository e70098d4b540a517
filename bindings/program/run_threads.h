/*
** run_threads.h - all nodes of a topology in this process, spread over threads.
*/

#ifndef BINDINGS_PROGRAM_RUN_THREADS_H
#define BINDINGS_PROGRAM_RUN_THREADS_H

#include <lua.h>

/* core.up(spec) -> threads | nil, reason. The spec is { name =, threads = n, watch =
** boolean, control = path or "none" or nil, nodes = { { name =, thread = 1..n,
** entry = bytes as script_new takes them }, ... } }. The threads are what
** scripts/topology/supervisor.lua leads:
**   threads:add(spec of a node)
**   threads:load(node [, entry])  threads:go(node)  threads:stop(node [, status [, now]])
**   threads:probe(node)  threads:ask(node, request, bytes)  threads:tell(node, bytes)
**   threads:answer(request, bytes)  threads:log(name, text)  threads:warn(name, text)
**   threads:next(ms) -> kind, node, number, flag, bytes, request; "timeout" when
**     nothing happened. For what each kind carries: thread_pool.h
**   threads:now() -> ms
**   threads:ending(): from now on a second signal ends the process
**   threads:abandon(status): end the process, whatever its nodes do
**   threads:close(): wait until all nodes have ended, and the context; also __gc,
**     which ends them first */
int run_threads_new(lua_State *L);

/* core.processors() -> how many this process may use */
int run_threads_processors(lua_State *L);

void run_threads_open_class(lua_State *L);

#endif
