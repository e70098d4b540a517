/*
** node_runner.c - see node_runner.h.
*/

#include "bindings/program/node_runner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "bindings/load/loader.h"
#include "bindings/lua/class_helpers.h"
#include "bindings/program/control_service.h"
#include "bindings/program/node_script.h"
#include "bindings/task/report_error.h"
#include "bindings/task/script.h"
#include "host/real/os/file_watch.h"
#include "host/real/real.h"

int node_runner_load(struct node_runner *self, struct real_loop *loop, const char *name,
                     const char *entry, size_t size, char *reason, size_t room) {
  bool usage = false;
  *self = (struct node_runner){.world = real_world_new(loop, name, &node_user)};
  if (self->world == NULL) {
    snprintf(reason, room, "cannot make a node: %s", class_error_text(errno));
    return 1;
  }
  self->script = node_script_new(self->world, entry, size, reason, room, &usage);
  if (self->script == NULL) {
    node_runner_free(self);
    return usage ? 2 : 1;
  }
  self->world->functions->watch_signal(self->world, SIGHUP, true);
  return 0;
}

/* ---- files ---- */

/* (path): watch it too. Upvalue: the runner. */
static int watch_file(lua_State *L) {
  struct node_runner *self = lua_touserdata(L, lua_upvalueindex(1));
  if (self->watch != NULL) file_watch_add(self->watch, luaL_checkstring(L, 1));
  return 0;
}

/* (runner): watch the files loaded so far, and from now on each that is loaded. */
static int watch_files(lua_State *L) {
  lua_pushcclosure(L, watch_file, 1);
  lua_pushvalue(L, 1);
  lua_setfield(L, LUA_REGISTRYINDEX, LOADER_LISTENER);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LOADER_FILES);
  for (lua_pushnil(L); lua_next(L, 2) != 0; lua_settop(L, 3)) {
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 3);
    lua_call(L, 1, 0);
  }
  return 0;
}

static bool changed(void *arg, int checks) {
  struct node_runner *self = arg;
  if (self->script->sliced != NULL) return false; /* not in the middle of an event */
  lua_State *L = self->script->L;
  lua_pushinteger(L, checks);
  bool done = true;
  if (script_call(self->script, "changed", 1, 1)) {
    done = lua_toboolean(L, -1);
    lua_pop(L, 1);
  }
  return done;
}

void node_runner_watch_files(struct node_runner *self, struct real_loop *loop) {
  self->watch = file_watch_new(real_loop_uv(loop), changed, self);
  lua_State *L = self->script->L;
  lua_pushcfunction(L, watch_files);
  lua_pushlightuserdata(L, self);
  if (lua_pcall(L, 1, 0, 0) != LUA_OK) report_error_outside(self->script);
}

void node_runner_answer(struct node_runner *self, const char *bytes, size_t size,
                        void (*give)(void *arg, const char *bytes, size_t size), void *arg) {
  control_service_answer(self->script, bytes, size, give, arg);
}

void node_runner_close(struct node_runner *self) {
  file_watch_free(self->watch);
  self->watch = NULL;
}

void node_runner_free(struct node_runner *self) {
  if (self->script != NULL) script_free(self->script);
  if (self->world != NULL) real_world_free(self->world);
  self->script = NULL;
  self->world = NULL;
}
