/*
** node_runner.c - see node_runner.h.
*/

#include "bindings/program/node_runner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/program/control_service.h"
#include "bindings/program/node_script.h"
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

static void watch_all(struct node_runner *self) {
  if (self->watch == NULL || !script_call(self->script, "files", 0, 1)) return;
  lua_State *L = self->script->L;
  lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    file_watch_add(self->watch, lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
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
  if (done) watch_all(self);
  return done;
}

void node_runner_watch_files(struct node_runner *self, struct real_loop *loop) {
  self->watch = file_watch_new(real_loop_uv(loop), changed, self);
  watch_all(self);
}

void node_runner_answer(struct node_runner *self, const char *bytes, size_t size,
                        void (*give)(void *arg, const char *bytes, size_t size), void *arg) {
  control_service_answer(self->script, bytes, size, give, arg);
  watch_all(self); /* a reload may have loaded more */
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
