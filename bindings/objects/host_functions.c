/*
** host_functions.c - see host_functions.h.
*/

#include "bindings/objects/host_functions.h"
#include "bindings/objects/connections.h"

#include <string.h>
#include <unistd.h>

#include <lauxlib.h>

#include "bindings/load/generation.h"
#include "bindings/lua/plain_data.h"
#include "bindings/objects/input.h"
#include "bindings/objects/lua_socket.h"
#include "bindings/objects/relay.h"
#include "bindings/objects/self.h"
#include "bindings/objects/socket_functions.h"
#include "bindings/objects/store.h"
#include "bindings/objects/timers_signals.h"
#include "bindings/task/exit_result.h"
#include "bindings/task/limit.h"
#include "bindings/task/report.h"
#include "bindings/task/report_error.h"
#include "bindings/task/script.h"
#include "bindings/task/task.h"

static void set_count(lua_State *L, const char *name, uint64_t count) {
  lua_pushinteger(L, (lua_Integer)count);
  lua_setfield(L, -2, name);
}

/* core.info() -> { generation =, errors =, memory =, waiting =, slow =, ended =, computing =,
** running =, starting = } */
static int core_info(lua_State *L) {
  struct script *script = script_of(L);
  uint64_t waiting = 0;
  for (struct list *link = script->tasks.next; link != &script->tasks; link = link->next) {
    waiting += list_entry(link, struct task, all)->state == TASK_WAITING;
  }
  lua_createtable(L, 0, 9);
  set_count(L, "generation", script->generation);
  set_count(L, "errors", script->errors);
  set_count(L, "memory", script->memory);
  set_count(L, "waiting", waiting);
  set_count(L, "slow", script->watchdog.slow);
  set_count(L, "ended", script->watchdog.ended);
  lua_pushboolean(L, script->sliced != NULL);
  lua_setfield(L, -2, "computing");
  lua_pushboolean(L, script->node.phase == NODE_RUNNING);
  lua_setfield(L, -2, "running");
  lua_pushboolean(L, script->node.phase < NODE_RUNNING);
  lua_setfield(L, -2, "starting");
  return 1;
}

/* core.retire(all): a new generation of code begins; see task_retire_all */
static int core_retire(lua_State *L) {
  struct script *script = script_of(L);
  script->generation++;
  report_forget(L); /* an error of the new code is news */
  task_retire_all(script, lua_toboolean(L, 1));
  return 0;
}

/* core.end_mains(): as core.retire, but the code stays as it is */
static int core_end_mains(lua_State *L) {
  task_retire_all(script_of(L), false);
  return 0;
}

/* core.probation(errors, ms): instance.chore is called after 'errors' errors of the
** present generation, at once, or after this time */
static int core_probation(lua_State *L) {
  report_error_watch(script_of(L), (uint64_t)luaL_checkinteger(L, 1), luaL_checknumber(L, 2));
  return 0;
}

static bool is_host_object(lua_State *L, int index) {
  return lua_socket_test(L, index) || luaL_testudata(L, index, "Relay") != NULL;
}

/* core.is_host_object(value) -> boolean: may stand in plain data */
static int core_is_host_object(lua_State *L) {
  lua_pushboolean(L, is_host_object(L, 1));
  return 1;
}

/* core.is_plain(value) -> boolean: is all of it plain data? */
static int core_is_plain(lua_State *L) {
  lua_pushboolean(L, plain_data_is_plain(L, is_host_object));
  return 1;
}

/* core.clock() -> ms with fractions, which only grow */
static int core_clock(lua_State *L) {
  struct world *world = script_of(L)->node.world;
  lua_pushnumber(L, (lua_Number)world->functions->now(world) / 1000);
  return 1;
}

/* core.pid() -> the process's number */
static int core_pid(lua_State *L) {
  lua_pushinteger(L, getpid());
  return 1;
}

/* core.close_relay(relay): its sockets are free again */
static int core_close_relay(lua_State *L) {
  relay_close_object(L, 1);
  return 0;
}

/* core.main_task(function, ...): as a fatal task that starts again at a reload */
static int core_main_task(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  script_spawn(L, lua_gettop(L) - 1, true)->restarts = true;
  return 0;
}

/* core.attempt(function, ...) -> true | nil, error: run a task at once, until it
** waits or ends, with the limit of core.limited; an error before that is only
** returned */
static int core_attempt(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  return script_attempt(L, lua_gettop(L) - 1);
}

/* core.task(fatal, function, ...) */
static int core_task(lua_State *L) {
  luaL_checktype(L, 2, LUA_TFUNCTION);
  script_spawn(L, lua_gettop(L) - 2, lua_toboolean(L, 1));
  return 0;
}

/* core.stop_task(function, ...): a task after which comes the next 'stop' */
static int core_stop_task(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  script_spawn_stop(L, lua_gettop(L) - 1);
  return 0;
}

/* core.started(): 'init' is done */
static int core_started(lua_State *L) {
  node_started(&script_of(L)->node);
  return 0;
}

/* core.stop(...): end the node; as 'main' that returns these */
static int core_stop(lua_State *L) {
  exit_result_stop(L, 1);
  return 0;
}

/* core.fail(reason): the node ends, and has failed; also one that ends already */
static int core_fail(lua_State *L) {
  luaL_checkstring(L, 1);
  lua_settop(L, 1);
  lua_pushnil(L);
  lua_insert(L, 1);
  exit_result_fail(L, 1);
  return 0;
}

static int64_t optional_us(lua_State *L, int arg, lua_Integer otherwise_ms) {
  return (int64_t)luaL_optinteger(L, arg, otherwise_ms) * 1000;
}

/* core.set_limits(warn_ms, limit_ms, memory): of CPU time for one event, 0: never,
** nil: as usual; MiB of memory, nil: as much as there is */
static int core_set_limits(lua_State *L) {
  enum { WARN_MS = 100, LIMIT_MS = 10000 };
  struct watchdog *watchdog = &script_of(L)->watchdog;
  watchdog->warn_us = optional_us(L, 1, WARN_MS);
  script_of(L)->node.world->warn_us = watchdog->warn_us;
  watchdog->limit_us = optional_us(L, 2, LIMIT_MS);
  script_of(L)->memory_cap = (size_t)luaL_optinteger(L, 3, 0) << 20;
  return 0;
}

/* core.set_strict(on) */
static int core_set_strict(lua_State *L) {
  script_of(L)->strict = lua_toboolean(L, 1);
  return 0;
}

static int write_log(lua_State *L, enum world_level level) {
  size_t size;
  const char *text = luaL_checklstring(L, 1, &size);
  script_log(script_of(L), level, text, size);
  return 0;
}

/* core.log(text) */
static int core_log(lua_State *L) {
  return write_log(L, WORLD_LOG);
}

/* core.warn(text) */
static int core_warn(lua_State *L) {
  return write_log(L, WORLD_WARN);
}

static const luaL_Reg functions[] = {
    {"attempt", core_attempt},
    {"capture", relay_capture_object},
    {"clock", core_clock},
    {"close_relay", core_close_relay},
    {"close_store", store_object_close},
    {"copy", plain_data_copy},
    {"drop_globals", generation_drop},
    {"end_mains", core_end_mains},
    {"fail", core_fail},
    {"globals", generation_globals},
    {"info", core_info},
    {"input", input_new},
    {"is_host_object", core_is_host_object},
    {"is_plain", core_is_plain},
    {"limited", limit_call},
    {"log", core_log},
    {"main_task", core_main_task},
    {"new_globals", generation_begin},
    {"pid", core_pid},
    {"probation", core_probation},
    {"relay", relay_new_object},
    {"release_capture", relay_release_object},
    {"restore_globals", generation_restore},
    {"retire", core_retire},
    {"set_limits", core_set_limits},
    {"set_strict", core_set_strict},
    {"signal", timers_signals_signal},
    {"signals", timers_signals_names},
    {"started", core_started},
    {"stop", core_stop},
    {"stop_task", core_stop_task},
    {"store", store_object_new},
    {"store_counts", store_object_counts},
    {"track_connections", connections_track},
    {"task", core_task},
    {"timer", timers_signals_timer},
    {"warn", core_warn},
    {NULL, NULL},
};

int host_functions_push(lua_State *L) {
  luaL_newlib(L, functions);
  luaL_setfuncs(L, socket_functions, 0);
  lua_newtable(L);
  luaL_setfuncs(L, self_methods, 0);
  lua_setfield(L, -2, "methods");
  return 1;
}
