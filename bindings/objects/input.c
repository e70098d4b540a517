/*
** input.c - see input.h.
**
** A line is taken by the task that handles it; when that has ended, the next one is made
** between two events.
*/

#include "bindings/objects/input.h"

#include <errno.h>
#include <stdbool.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/objects/instance.h"
#include "bindings/task/report.h"
#include "bindings/task/script.h"
#include "bindings/task/task.h"

#define INPUT_CLASS "Input"

/* A userdata, which the registry keeps under its address while it is open. */
struct input {
  struct task_source task; /* first */
  struct node_work work;   /* makes the next task */
  struct script *script;
  struct world_input *world; /* NULL: closed */
  uint64_t lines, dropped;
  bool attached, busy;
  bool waits; /* for the world's word that there may be a line */
  bool ended;
};

enum { INPUT_INSTANCE = 1, INPUT_NAME, INPUT_VALUES = INPUT_NAME };

static void go_on(struct input *self) {
  bool may = self->world != NULL && self->attached && !self->busy && !self->waits && !self->ended;
  if (may) node_add_work(&self->script->node, &self->work);
}

static void ready(void *source) {
  struct input *self = source;
  self->waits = false;
  go_on(self);
}

static void waiting(struct task_source *source, bool waits) {
  (void)source, (void)waits;
}

static void ended(struct task_source *source, bool failed) {
  (void)failed;
  struct input *self = (struct input *)source;
  self->busy = false;
  go_on(self);
  if (self->world != NULL) return;
  lua_pushnil(self->script->L); /* it was closed meanwhile */
  lua_rawsetp(self->script->L, LUA_REGISTRYINDEX, self);
}

static void push_place(struct task_source *source, lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, source);
  lua_getiuservalue(L, -1, INPUT_INSTANCE);
  lua_getiuservalue(L, -2, INPUT_NAME);
  instance_push_place(L, lua_gettop(L) - 1, lua_gettop(L));
}

/* Stack: input, instance, name. */
static int warn_of_long_line(lua_State *L, struct input *self) {
  self->dropped++;
  lua_pushfstring(L, "%s: left out a line of more than %d bytes", lua_tostring(L, 3),
                  (int)WORLD_LINE_MAX);
  if (report_is_known(L, NULL)) return 0;
  script_log(self->script, WORLD_WARN, lua_tostring(L, -1), lua_rawlen(L, -1));
  return 0;
}

static int warn_of_failure(lua_State *L, struct input *self, int error) {
  lua_pushfstring(L, "%s: can't read standard input: %s", lua_tostring(L, 3),
                  class_error_text(error));
  script_log(self->script, WORLD_WARN, lua_tostring(L, -1), lua_rawlen(L, -1));
  return 0;
}

/* The handler had waited, and is done. */
static int handled(lua_State *L, int status, lua_KContext context) {
  (void)L, (void)status, (void)context;
  return 0;
}

/* Stack: input. */
static int handle_line(lua_State *L) {
  struct input *self = lua_touserdata(L, 1);
  lua_getiuservalue(L, 1, INPUT_INSTANCE);
  lua_getiuservalue(L, 1, INPUT_NAME);
  if (self->world == NULL) return 0;
  struct world_line line;
  enum world_line_kind kind = self->world->functions->take(self->world, &line);
  self->waits = kind == WORLD_LINE_NONE;
  self->ended = kind == WORLD_LINE_END;
  if (self->waits) return 0;
  if (kind == WORLD_LINE_TOO_LONG) return warn_of_long_line(L, self);
  if (kind == WORLD_LINE_FAILED) return warn_of_failure(L, self, errno);
  if (self->ended) {
    lua_pushnil(L);
  } else {
    self->lines++;
    lua_pushlstring(L, line.bytes, line.size);
  }
  instance_push_handler(L, 2, 3);
  lua_pushvalue(L, 4);
  lua_callk(L, 2, 0, 0, handled);
  return 0;
}

static void make_task(struct node_work *work) {
  struct input *self = list_entry(work, struct input, work);
  struct task *task = self->busy || self->world == NULL ? NULL : task_new(self->script);
  if (task == NULL) { /* a handler is at work, or memory is short */
    if (!self->busy) go_on(self);
    return;
  }
  self->busy = true;
  task->source = &self->task;
  lua_pushcfunction(task->thread, handle_line);
  lua_rawgetp(task->thread, LUA_REGISTRYINDEX, self);
  script_spawn_event(self->script, task, 1);
}

/* ---- the class ---- */

int input_new(lua_State *L) {
  struct script *script = script_of(L);
  struct input *self = lua_newuserdatauv(L, sizeof *self, INPUT_VALUES);
  *self = (struct input){
      .task = {waiting, ended, push_place}, .work = {.run = make_task}, .script = script};
  list_init(&self->work.link);
  luaL_setmetatable(L, INPUT_CLASS);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, self);
  self->world = script->node.world->functions->open_input(script->node.world);
  if (self->world != NULL) {
    self->world->source = self;
    self->world->ready = ready;
    return 1;
  }
  int reason = errno;
  lua_pushnil(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, self);
  return class_push_errno(L, reason);
}

static struct input *check_open(lua_State *L) {
  struct input *self = luaL_checkudata(L, 1, INPUT_CLASS);
  luaL_argcheck(L, self->world != NULL, 1, "input is closed");
  return self;
}

/* input:attach(instance, name) */
static int input_attach(lua_State *L) {
  struct input *self = check_open(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checkstring(L, 3);
  lua_settop(L, 3);
  lua_setiuservalue(L, 1, INPUT_NAME);
  lua_setiuservalue(L, 1, INPUT_INSTANCE);
  self->attached = true;
  go_on(self);
  return 0;
}

/* input:counts() -> { lines =, dropped =, ended = } */
static int input_counts(lua_State *L) {
  struct input *self = luaL_checkudata(L, 1, INPUT_CLASS);
  lua_createtable(L, 0, 3);
  lua_pushinteger(L, (lua_Integer)self->lines);
  lua_setfield(L, -2, "lines");
  lua_pushinteger(L, (lua_Integer)self->dropped);
  lua_setfield(L, -2, "dropped");
  lua_pushboolean(L, self->ended);
  lua_setfield(L, -2, "ended");
  return 1;
}

/* input:close(); also __gc. */
static int input_close(lua_State *L) {
  struct input *self = luaL_checkudata(L, 1, INPUT_CLASS);
  if (self->world == NULL) return 0;
  self->world->functions->close(self->world);
  self->world = NULL;
  list_remove(&self->work.link);
  if (self->busy) return 0; /* the task still tells it of its end */
  lua_pushnil(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, self);
  return 0;
}

static const luaL_Reg metamethods[] = {{"__gc", input_close}, {NULL, NULL}};

static const luaL_Reg methods[] = {
    {"attach", input_attach},
    {"close", input_close},
    {"counts", input_counts},
    {NULL, NULL},
};

void input_open_class(lua_State *L) {
  class_new(L, INPUT_CLASS, metamethods, methods);
}
