/*
** run_node.c - see run_node.h.
**
** Everything that must be given back is in one userdata, so that an error in
** between leaves nothing behind.
*/

#include "bindings/program/run_node.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>

#include "bindings/load/search_path.h"
#include "bindings/lua/class_helpers.h"
#include "bindings/lua/values.h"
#include "bindings/program/node_runner.h"
#include "bindings/task/exit_result.h"
#include "bindings/task/script.h"
#include "bindings/task/watchdog.h"
#include "host/real/os/control_channel.h"
#include "host/real/os/service_manager.h"
#include "host/real/real.h"

#define RUN_CLASS "sloop.run"

enum { ASK_MS = 30000 }; /* a node may be in a long computation */

struct run {
  struct real_process *process;
  struct real_loop *loop;
  struct node_runner node;
  struct control_channel *control; /* NULL: 'sloop ctl' can't reach it */
  const char *name, *path;         /* of the node and of its role's file; the spec keeps them */
};

static void close_sources(struct run *self) {
  control_channel_free(self->control);
  self->control = NULL;
  node_runner_close(&self->node);
}

static int run_gc(lua_State *L) {
  struct run *self = luaL_checkudata(L, 1, RUN_CLASS);
  close_sources(self);
  if (self->node.script != NULL) node_close_sockets(&self->node.script->node);
  if (self->process != NULL) real_process_end(self->process); /* what was lent comes back */
  node_runner_free(&self->node);
  if (self->loop != NULL) real_loop_free(self->loop);
  if (self->process != NULL) real_process_free(self->process);
  *self = (struct run){0};
  return 0;
}

/* The node works without, so a failure is only worth a line. */
static void warn(struct run *self, const char *what) {
  char text[256];
  snprintf(text, sizeof text, "%s: %s", what, class_error_text(errno));
  script_log(self->node.script, WORLD_WARN, text, strlen(text));
}

static void notify(struct run *self, const char *state) {
  if (service_manager_notify(state) != 0) warn(self, "can't reach the service manager");
}

static void running(void *arg) {
  struct run *self = arg;
  char text[512];
  snprintf(text, sizeof text, "runs %.400s, process %ld", self->path, (long)getpid());
  real_log_start(self->process, self->name, text);
  notify(self, "READY=1");
}

static void interrupted(void *arg, int number) {
  struct run *self = arg;
  const char *text = number == SIGINT ? "SIGINT: stopping" : "SIGTERM: stopping";
  script_log(self->node.script, WORLD_LOG, text, strlen(text));
  notify(self, "STOPPING=1");
  node_stop(&self->node.script->node, 0);
}

/* ---- control ---- */

static void give(void *request, const char *bytes, size_t size) {
  control_channel_answer(request, bytes, size);
}

static void asked(void *arg, struct control_request *request, const char *bytes, size_t size) {
  struct run *self = arg;
  node_runner_answer(&self->node, bytes, size, give, request);
}

static void open_control(struct run *self, const char *path, const char *name) {
  if (path != NULL && strcmp(path, "none") == 0) return;
  char reason[CONTROL_REASON_SIZE], text[CONTROL_REASON_SIZE + 80];
  self->control = control_channel_new(real_loop_uv(self->loop), real_process_log(self->process),
                                      path, name, asked, self, reason);
  if (self->control != NULL) { /* perhaps under another name */
    if (*reason != '\0') real_log_start(self->process, name, reason);
    return;
  }
  int size = snprintf(text, sizeof text,
                      "no control socket, so 'sloop ctl' can't reach this node: %s", reason);
  script_log(self->node.script, WORLD_WARN, text, (size_t)size);
}

/* ---- a run ---- */

static struct run *push_run(lua_State *L) {
  struct run *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (struct run){0};
  luaL_setmetatable(L, RUN_CLASS);
  lua_toclose(L, -1);
  return self;
}

/* Push result and, of a failed node, the reason. */
static int push_result(lua_State *L, struct run *self, int status) {
  size_t size;
  lua_pushinteger(L, status);
  const char *result = exit_result_get(self->node.script, &size);
  if (result == NULL) return 1;
  values_unpack(L, result, size);
  if (status == 0) return 2;
  lua_rawgeti(L, -1, 2);
  luaL_tolstring(L, -1, NULL);
  lua_replace(L, -2);
  return 3;
}

int run_node(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_getfield(L, 1, "name");
  const char *name = luaL_checkstring(L, 2);
  lua_getfield(L, 1, "control");
  const char *control = luaL_optstring(L, 3, NULL);
  lua_getfield(L, 1, "path");
  lua_getfield(L, 1, "role");
  const char *path = lua_tostring(L, 4), *role = lua_tostring(L, 5);
  struct run *self = push_run(L);
  self->name = name;
  self->path = path != NULL ? path : role != NULL ? role : "a role";
  values_pack(L, 1);
  size_t size;
  const char *entry = lua_tolstring(L, -1, &size);
  self->process = real_process_new();
  if (self->process != NULL) self->loop = real_loop_new(self->process);
  if (self->loop == NULL) return luaL_error(L, "cannot start: %s", class_error_text(errno));
  char reason[2048];
  int status = node_runner_load(&self->node, self->loop, name, entry, size, reason, sizeof reason);
  if (status != 0) {
    lua_pushinteger(L, status);
    lua_pushnil(L);
    lua_pushstring(L, reason);
    return 3;
  }
  if (real_loop_on_interrupt(self->loop, interrupted, self) != 0) {
    return luaL_error(L, "cannot handle signals: %s", class_error_text(errno));
  }
  static const struct real_watchdog watchdog = {watchdog_tick, watchdog_stalled};
  real_loop_watch_turns(self->loop, &watchdog); /* without it, no handler is ended */
  real_loop_end_within(self->loop, self->node.script->node.sockets.grace);
  open_control(self, control, name);
  self->node.script->node.on_running = running;
  self->node.script->node.on_running_arg = self;
  lua_getfield(L, 1, "watch");
  if (lua_toboolean(L, -1)) node_runner_watch_files(&self->node, self->loop);
  status = real_loop_run(self->loop);
  close_sources(self);
  real_loop_on_interrupt(self->loop, NULL, NULL);
  return push_result(L, self, status);
}

/* ---- asking others ---- */

/* (bytes) -> value */
static int unpack(lua_State *L) {
  size_t size;
  const char *bytes = lua_tolstring(L, 1, &size);
  values_unpack(L, bytes, size);
  return 1;
}

int run_node_ask(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  luaL_checkany(L, 2);
  int timeout = (int)luaL_optinteger(L, 3, ASK_MS);
  values_pack(L, 2);
  size_t size, answer_size;
  const char *bytes = lua_tolstring(L, -1, &size);
  char *text;
  if (control_channel_ask(path, bytes, size, timeout, &text, &answer_size) != 0) {
    return class_push_errno(L, errno);
  }
  luaL_Buffer buffer; /* a box, so that the bytes are not lost if it raises */
  char *box = luaL_buffinitsize(L, &buffer, answer_size);
  memcpy(box, text, answer_size);
  free(text);
  luaL_pushresultsize(&buffer, answer_size);
  if (answer_size == 0) return class_push_reason(L, "the node could not answer; see its log");
  lua_pushcfunction(L, unpack);
  lua_insert(L, -2);
  if (lua_pcall(L, 1, 1, 0) != LUA_OK) return class_push_reason(L, "the answer is damaged");
  return 1;
}

/* As Lua's own files close. */
static int close_file(lua_State *L) {
  luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  return luaL_fileresult(L, fclose(stream->f) == 0, NULL);
}

int run_node_log(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  luaL_Stream *stream = lua_newuserdatauv(L, sizeof *stream, 0);
  *stream = (luaL_Stream){0}; /* closed */
  luaL_setmetatable(L, LUA_FILEHANDLE);
  int file =
      control_channel_open(path, lua_toboolean(L, 2) ? CONTROL_FOLLOW_LOG : CONTROL_LOG, ASK_MS);
  if (file < 0) return class_push_errno(L, errno);
  stream->f = fdopen(file, "r");
  stream->closef = close_file;
  if (stream->f != NULL) return 1;
  int reason = errno;
  stream->closef = NULL;
  close(file);
  return class_push_errno(L, reason);
}

int run_node_control_folder(lua_State *L) {
  char folder[CONTROL_PATH_SIZE], reason[CONTROL_REASON_SIZE];
  if (control_folder_path(folder, reason) && control_folder_is_safe(folder, reason)) {
    lua_pushstring(L, folder);
    return 1;
  }
  return *reason != '\0' ? class_push_reason(L, reason) : 0;
}

int run_node_control_folders(lua_State *L) {
  char paths[CONTROL_FOLDERS][CONTROL_PATH_SIZE];
  int count = control_folder_all(paths);
  lua_createtable(L, count, 0);
  for (int i = 0; i < count; i++) {
    lua_pushstring(L, paths[i]);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

int run_node_notify(lua_State *L) {
  if (service_manager_notify(luaL_checkstring(L, 1)) != 0) return class_push_errno(L, errno);
  lua_pushboolean(L, true);
  return 1;
}

int run_node_files(lua_State *L) {
  search_path_entries(L, luaL_checkstring(L, 1));
  return 1;
}

static const luaL_Reg metamethods[] = {{"__close", run_gc}, {"__gc", run_gc}, {NULL, NULL}};
static const luaL_Reg no_methods[] = {{NULL, NULL}};

void run_node_open_class(lua_State *L) {
  class_new(L, RUN_CLASS, metamethods, no_methods);
}
