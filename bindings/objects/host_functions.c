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
#include "bindings/objects/relay.h"
#include "bindings/objects/self.h"
#include "bindings/objects/socket.h"
#include "bindings/objects/socket_options.h"
#include "bindings/objects/store.h"
#include "bindings/objects/timers_signals.h"
#include "bindings/task/exit_result.h"
#include "bindings/task/limit.h"
#include "bindings/task/report.h"
#include "bindings/task/report_error.h"
#include "bindings/task/script.h"
#include "bindings/task/task.h"
#include "host/core/socket_options.h"

/* core.socket(instance, name, declaration, events) -> socket, closed; kept until
** it is released */
static int core_socket(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 4);
  socket_new(L, 1, 3);
  lua_pushvalue(L, 2);
  lua_setiuservalue(L, 5, SOCKET_NAME);
  lua_pushvalue(L, 4);
  lua_setiuservalue(L, 5, SOCKET_EVENTS);
  lua_socket_keep(L, 5, true);
  return 1;
}

/* core.open(socket) -> true | nil, reason, code */
static int core_open(lua_State *L) {
  lua_socket_check(L, 1);
  if (!socket_options_open(L, 1)) return 3;
  lua_pushboolean(L, 1);
  return 1;
}

/* core.handle(socket, parallel, guarded): 0 handlers: none */
static int core_handle(lua_State *L) {
  lua_socket_handle(lua_socket_check(L, 1), (int)luaL_checkinteger(L, 2), lua_toboolean(L, 3));
  return 0;
}

/* core.release(socket): close it, for good */
static int core_release(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  self->parallel = 0;
  lua_socket_shut_down(self);
  lua_socket_keep(L, 1, false);
  return 0;
}

/* core.swap(socket, other): what each stands for, so that tasks that wait for one
** go on with what the other had */
static int core_swap(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1), *other = lua_socket_check(L, 2);
  socket_swap(&self->socket, &other->socket);
  for (int value = SOCKET_DECLARATION; value <= SOCKET_EVENTS; value++) {
    lua_getiuservalue(L, 1, value);
    lua_getiuservalue(L, 2, value);
    lua_setiuservalue(L, 1, value);
    lua_setiuservalue(L, 2, value);
  }
  socket_options_show_endpoints(L, 1);
  socket_options_show_endpoints(L, 2);
  return 0;
}

/* core.declare(socket, declaration, events): replace what it was declared as */
static int core_declare(lua_State *L) {
  lua_socket_check(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 3);
  lua_setiuservalue(L, 1, SOCKET_EVENTS);
  lua_setiuservalue(L, 1, SOCKET_DECLARATION);
  return 0;
}

/* core.set_option(socket, name, value) -> true | nil, reason, code; of an open one */
static int core_set_option(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  luaL_argcheck(L, self->socket.world != NULL, 1, "socket is closed");
  luaL_checkany(L, 3);
  if (!socket_options_set(L, self, luaL_checkstring(L, 2), 3)) return 3;
  lua_pushboolean(L, 1);
  return 1;
}

/* core.get_option(socket, name) -> its value; only of those that are live */
static int core_get_option(lua_State *L) {
  struct lua_socket *self = lua_socket_check(L, 1);
  const struct sockopt *option = sockopt_find(luaL_checkstring(L, 2));
  int value = 0;
  size_t size = sizeof value;
  const struct world_functions *world = self->socket.node->world->functions;
  if (self->socket.world == NULL || option == NULL || !option->live ||
      option->kind > SOCKOPT_INTEGER ||
      world->get(self->socket.world, option->option, &value, &size) != 0) {
    return 0;
  }
  if (option->kind == SOCKOPT_BOOLEAN) {
    lua_pushboolean(L, value);
  } else {
    lua_pushinteger(L, value);
  }
  return 1;
}

static void set_count(lua_State *L, const char *name, uint64_t count) {
  lua_pushinteger(L, (lua_Integer)count);
  lua_setfield(L, -2, name);
}

/* core.counts(socket) -> { received =, sent =, dropped =, unreachable =, full =,
** connections = see connections.h } */
static int core_counts(lua_State *L) {
  const struct socket_counts *counts = &lua_socket_check(L, 1)->socket.counts;
  lua_createtable(L, 0, 6);
  connections_push(L, 1);
  lua_setfield(L, -2, "connections");
  set_count(L, "received", counts->in);
  set_count(L, "sent", counts->out);
  set_count(L, "dropped", counts->dropped);
  set_count(L, "unreachable", counts->unreachable);
  set_count(L, "full", counts->full);
  return 1;
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

/* core.probation(errors, ms): instance.chore is called after so many errors of the
** present generation, at once, or after this time */
static int core_probation(lua_State *L) {
  report_error_watch(script_of(L), (uint64_t)luaL_checkinteger(L, 1), luaL_checknumber(L, 2));
  return 0;
}

/* core.is_open(socket) -> boolean */
static int core_is_open(lua_State *L) {
  lua_pushboolean(L, lua_socket_check(L, 1)->socket.world != NULL);
  return 1;
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

/* core.track_connections(on): of the sockets opened from now on; see connections.h */
static int core_track_connections(lua_State *L) {
  script_of(L)->tracks = lua_toboolean(L, 1);
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

/* core.socket_options() -> { name = kind } of libzmq's options */
int host_functions_socket_options(lua_State *L) {
  static const char *const kinds[] = {[SOCKOPT_BOOLEAN] = "boolean",
                                      [SOCKOPT_INTEGER] = "integer",
                                      [SOCKOPT_LONG] = "integer",
                                      [SOCKOPT_STRING] = "string",
                                      [SOCKOPT_BINARY] = "binary"};
  lua_newtable(L);
  for (const struct sockopt *each = sockopt_table; each->name != NULL; each++) {
    lua_pushstring(L, kinds[each->kind]);
    lua_setfield(L, -2, each->name);
  }
  return 1;
}

/* core.socket_types() -> { name = true } */
int host_functions_socket_types(lua_State *L) {
  lua_newtable(L);
  for (const struct socket_type *each = socket_types; each->name != NULL; each++) {
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, each->name);
  }
  return 1;
}

static const luaL_Reg functions[] = {
    {"attempt", core_attempt},
    {"capture", relay_capture_object},
    {"clock", core_clock},
    {"close_relay", core_close_relay},
    {"close_store", store_object_close},
    {"copy", plain_data_copy},
    {"counts", core_counts},
    {"declare", core_declare},
    {"drop_globals", generation_drop},
    {"end_mains", core_end_mains},
    {"fail", core_fail},
    {"get_option", core_get_option},
    {"globals", generation_globals},
    {"handle", core_handle},
    {"info", core_info},
    {"is_host_object", core_is_host_object},
    {"is_open", core_is_open},
    {"is_plain", core_is_plain},
    {"limited", limit_call},
    {"log", core_log},
    {"main_task", core_main_task},
    {"new_globals", generation_begin},
    {"open", core_open},
    {"pid", core_pid},
    {"probation", core_probation},
    {"relay", relay_new_object},
    {"release", core_release},
    {"release_capture", relay_release_object},
    {"restore_globals", generation_restore},
    {"retire", core_retire},
    {"set_limits", core_set_limits},
    {"set_option", core_set_option},
    {"set_strict", core_set_strict},
    {"signal", timers_signals_signal},
    {"socket", core_socket},
    {"socket_options", host_functions_socket_options},
    {"signals", timers_signals_names},
    {"socket_types", host_functions_socket_types},
    {"started", core_started},
    {"stop", core_stop},
    {"stop_task", core_stop_task},
    {"store", store_object_new},
    {"store_counts", store_object_counts},
    {"swap", core_swap},
    {"track_connections", core_track_connections},
    {"task", core_task},
    {"timer", timers_signals_timer},
    {"warn", core_warn},
    {NULL, NULL},
};

int host_functions_push(lua_State *L) {
  luaL_newlib(L, functions);
  lua_newtable(L);
  luaL_setfuncs(L, self_methods, 0);
  lua_setfield(L, -2, "methods");
  return 1;
}
