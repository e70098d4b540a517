/*
** sloop.c - the Lua module 'sloop': for the command line, for programs run by
** 'sloop lua', and for a plain lua5.4.
**
** Its functions are in scripts/module.lua; here is what they need from C.
*/

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <lua.h>

#include <lauxlib.h>

#include "bindings/bind.h"
#include "bindings/core.h"
#include "bindings/data.h"
#include "bindings/loader.h"
#include "bindings/relay.h"
#include "bindings/script.h"
#include "bindings/self.h"
#include "bindings/socket.h"
#include "host/real/real.h"

#define RUN_CLASS "sloop.run"

int luaopen_sloop(lua_State *L);

/* A node that runs in this process until it ends; in a userdata, so that an
** error in between leaves nothing behind. */
struct run {
  struct real_process *process;
  struct real_loop *loop;
  struct world *world;
  struct script *script;
};

static int run_gc(lua_State *L) {
  struct run *self = luaL_checkudata(L, 1, RUN_CLASS);
  if (self->process != NULL) real_process_end(self->process); /* strings that were lent come back */
  if (self->script != NULL) script_free(self->script);
  if (self->world != NULL) real_world_free(self->world);
  if (self->loop != NULL) real_loop_free(self->loop);
  if (self->process != NULL) real_process_free(self->process);
  *self = (struct run){0};
  return 0;
}

static void interrupted(void *arg, int number) {
  (void)number;
  struct run *self = arg;
  node_stop(&self->script->node, 0);
}

static bool prepare(struct run *self, const char *name) {
  self->process = real_process_new();
  if (self->process != NULL) self->loop = real_loop_new(self->process);
  if (self->loop != NULL) self->world = real_world_new(self->loop, name, &node_user);
  return self->world != NULL;
}

/* core.run(spec) -> exit status, result | exit status, nil, reason, usage: a node
** in the real world, from start to end. See instance.load. */
static int core_run(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_getfield(L, 1, "name");
  const char *name = luaL_checkstring(L, -1);
  struct run *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (struct run){0};
  luaL_setmetatable(L, RUN_CLASS);
  lua_toclose(L, -1);
  data_pack(L, 1);
  size_t size;
  const char *entry = lua_tolstring(L, -1, &size);
  if (!prepare(self, name)) {
    return luaL_error(L, "cannot start a node: %s", bind_error_text(errno));
  }
  char reason[2048];
  bool usage;
  self->script = script_new(self->world, entry, size, reason, sizeof reason, &usage);
  if (self->script == NULL) {
    lua_pushinteger(L, usage ? 2 : 1);
    lua_pushnil(L);
    lua_pushstring(L, reason);
    lua_pushboolean(L, usage);
    return 4;
  }
  if (real_loop_on_interrupt(self->loop, interrupted, self) != 0) {
    return luaL_error(L, "cannot handle signals: %s", bind_error_text(errno));
  }
  int status = real_loop_run(self->loop);
  real_loop_on_interrupt(self->loop, NULL, NULL);
  lua_pushinteger(L, status);
  const char *result = script_result(self->script, &size);
  if (result == NULL) return 1;
  data_unpack(L, result, size);
  return 2;
}

/* core.versions() -> "libzmq 4.3.4, libuv 1.44.2" */
static int core_versions(lua_State *L) {
  char text[128];
  real_versions(text, sizeof text);
  lua_pushstring(L, text);
  return 1;
}

/* core.pack(data) -> bytes; core.unpack(bytes) -> data */
static int core_pack(lua_State *L) {
  luaL_checkany(L, 1);
  data_pack(L, 1);
  return 1;
}

static int core_unpack(lua_State *L) {
  size_t size;
  const char *bytes = luaL_checklstring(L, 1, &size);
  data_unpack(L, bytes, size);
  return 1;
}

/* Push the list of names in this table, which ends with NULL. */
static void push_names(lua_State *L, const luaL_Reg *functions) {
  lua_newtable(L);
  for (lua_Integer i = 0; functions[i].name != NULL; i++) {
    lua_pushstring(L, functions[i].name);
    lua_rawseti(L, -2, i + 1);
  }
}

static const luaL_Reg functions[] = {
    {"pack", core_pack},         {"run", core_run}, {"unpack", core_unpack},
    {"versions", core_versions}, {NULL, NULL},
};

static const luaL_Reg metamethods[] = {{"__close", run_gc}, {"__gc", run_gc}, {NULL, NULL}};
static const luaL_Reg no_methods[] = {{NULL, NULL}};

static void push_core(lua_State *L) {
  luaL_newlib(L, functions);
  core_push_socket_options(L);
  lua_setfield(L, -2, "socket_options");
  core_push_socket_types(L);
  lua_setfield(L, -2, "socket_types");
  lua_newtable(L); /* names: what each class offers */
  push_names(L, self_methods);
  lua_setfield(L, -2, "self");
  push_names(L, socket_methods);
  lua_setfield(L, -2, "socket");
  push_names(L, relay_methods);
  lua_setfield(L, -2, "relay");
  lua_setfield(L, -2, "names");
}

int luaopen_sloop(lua_State *L) {
  loader_open(L);
  bind_new_class(L, RUN_CLASS, metamethods, no_methods);
  if (!loader_load_file(L, "scripts/module.lua")) return lua_error(L);
  push_core(L);
  lua_call(L, 1, 1);
  return 1;
}
