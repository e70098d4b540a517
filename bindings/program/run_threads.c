/*
** run_threads.c - see run_threads.h: the class 'sloop.threads'.
**
** Longjmp rule: whatever must be given back is a node of the userdata, and the
** strings that nodes read from are kept by its user value.
*/

#include "bindings/program/run_threads.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/program/managed_node.h"
#include "bindings/program/thread_pool.h"

#define UP_CLASS "sloop.threads"

struct up {
  struct thread_pool pool;
  struct control_channel *control; /* NULL: 'sloop ctl' can't reach it */
  struct managed_node **nodes;     /* each where it is: orders under way point to it */
  int count;
  bool watches; /* files */
  bool open;
};

static struct up *check_open(lua_State *L) {
  struct up *self = luaL_checkudata(L, 1, UP_CLASS);
  luaL_argcheck(L, self->open, 1, "the threads have ended");
  return self;
}

static struct managed_node *check_node(lua_State *L, struct up *self) {
  lua_Integer number = luaL_checkinteger(L, 2);
  luaL_argcheck(L, number >= 1 && number <= self->count, 2, "no such node");
  return self->nodes[number - 1];
}

static struct control_request *check_request(lua_State *L, int arg) {
  luaL_checktype(L, arg, LUA_TLIGHTUSERDATA);
  return lua_touserdata(L, arg);
}

/* ---- new ---- */

static void interrupted(void *arg, int number) {
  struct up *self = arg;
  struct event event = {.kind = EVENT_SIGNALLED, .node = -1, .number = number};
  thread_pool_report(&self->pool, &event, NULL);
}

static void asked(void *arg, struct control_request *request, const char *bytes, size_t size) {
  struct up *self = arg;
  if (size == 0) { /* only to find out whether this process lives */
    control_channel_answer(request, "", 0);
    return;
  }
  struct event event = {.kind = EVENT_ASKED, .node = -1, .request = request, .size = size};
  thread_pool_report(&self->pool, &event, bytes);
}

/* A string field of the table on top, which the spec keeps; NULL when absent. */
static const char *text_field(lua_State *L, const char *name, size_t *size) {
  lua_getfield(L, -1, name);
  const char *text = luaL_optlstring(L, -1, NULL, size);
  lua_pop(L, 1);
  return text;
}

/* The node whose spec is on top. */
static void read_node(lua_State *L, struct up *self, struct managed_node *node) {
  size_t size = 0;
  node->name = text_field(L, "name", &size);
  node->entry = text_field(L, "entry", &node->size);
  lua_getfield(L, -1, "thread");
  lua_Integer thread = lua_tointeger(L, -1);
  lua_pop(L, 1);
  if (node->name == NULL || node->entry == NULL || thread < 1) {
    luaL_error(L, "a node has a name, an entry and a thread");
  }
  if (thread_pool_grow(&self->pool, (int)thread) != 0) {
    luaL_error(L, "cannot start a thread: %s", class_error_text(errno));
  }
  node->thread = (int)thread - 1;
}

/* Add the node whose spec is on top. */
static void add_node(lua_State *L, struct up *self) {
  size_t size = ((size_t)self->count + 1) * sizeof *self->nodes;
  struct managed_node **nodes = realloc(self->nodes, size);
  struct managed_node *node = nodes != NULL ? malloc(sizeof *node) : NULL;
  if (nodes != NULL) self->nodes = nodes;
  if (node == NULL) luaL_error(L, "not enough memory");
  managed_node_init(node, &self->pool, self->count);
  node->watches = self->watches;
  self->nodes[self->count++] = node;
  read_node(L, self, node);
}

static void read_nodes(lua_State *L, struct up *self) {
  lua_getfield(L, 1, "nodes");
  luaL_checktype(L, -1, LUA_TTABLE);
  int count = (int)lua_rawlen(L, -1);
  while (self->count < count) {
    lua_rawgeti(L, -1, self->count + 1);
    add_node(L, self);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* The topology works without, so a failure is only worth a line. */
static void open_control(struct up *self, const char *path, const char *name) {
  if (path != NULL && strcmp(path, "none") == 0) return;
  char reason[CONTROL_REASON_SIZE];
  self->control =
      control_channel_new(real_loop_uv(self->pool.loop), real_process_log(self->pool.process), path,
                          name, asked, self, reason);
  if (self->control != NULL) { /* perhaps under another name */
    if (*reason != '\0') real_log_start(self->pool.process, name, reason);
    return;
  }
  fprintf(stderr, "sloop: no control socket, so 'sloop ctl' can't reach this topology: %s\n",
          reason);
}

int run_threads_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_getfield(L, 1, "threads");
  lua_Integer threads = luaL_checkinteger(L, -1);
  luaL_argcheck(L, threads >= 1 && threads <= 4096, 1, "1 to 4096 threads");
  lua_getfield(L, 1, "watch");
  bool watches = lua_toboolean(L, -1);
  struct up *self = lua_newuserdatauv(L, sizeof *self, 1);
  *self = (struct up){0};
  luaL_setmetatable(L, UP_CLASS);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  self->open = true;
  int object = lua_gettop(L);
  if (thread_pool_start(&self->pool, (int)threads) != 0) return class_push_errno(L, errno);
  self->watches = watches;
  read_nodes(L, self);
  if (real_loop_on_interrupt(self->pool.loop, interrupted, self) != 0) {
    return class_push_errno(L, errno);
  }
  lua_pushvalue(L, 1);
  size_t size;
  const char *name = text_field(L, "name", &size), *path = text_field(L, "control", &size);
  open_control(self, path, name != NULL ? name : "topology");
  lua_settop(L, object);
  return 1;
}

/* ---- methods ---- */

/* Push the list of the nodes' specs, which keeps the strings that nodes read. */
static void push_specs(lua_State *L) {
  lua_getiuservalue(L, 1, 1);
  lua_getfield(L, -1, "nodes");
  lua_remove(L, -2);
}

/* threads:add(spec): as those of core.up */
static int threads_add(lua_State *L) {
  struct up *self = check_open(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  push_specs(L);
  lua_pushvalue(L, 2);
  lua_rawseti(L, 3, self->count + 1);
  lua_settop(L, 2);
  add_node(L, self);
  return 0;
}

/* threads:load(node [, entry]): the node does not run; another entry takes the place of its own */
static int threads_load(lua_State *L) {
  struct managed_node *node = check_node(L, check_open(L));
  if (!lua_isnoneornil(L, 3)) {
    size_t size;
    const char *entry = luaL_checklstring(L, 3, &size);
    push_specs(L);
    lua_rawgeti(L, -1, node->number + 1);
    lua_pushvalue(L, 3);
    lua_setfield(L, -2, "entry");
    node->entry = entry;
    node->size = size;
  }
  managed_node_load(node);
  return 0;
}

/* threads:go(node) */
static int threads_go(lua_State *L) {
  managed_node_go(check_node(L, check_open(L)));
  return 0;
}

/* threads:ending(): from now on a second signal ends the process */
static int threads_ending(lua_State *L) {
  real_process_ending(check_open(L)->pool.process);
  return 0;
}

/* threads:stop(node [, status [, now]]) */
static int threads_stop_node(lua_State *L) {
  struct managed_node *node = check_node(L, check_open(L));
  managed_node_stop(node, (int)luaL_optinteger(L, 3, 0), lua_toboolean(L, 4));
  return 0;
}

/* threads:probe(node) */
static int threads_probe(lua_State *L) {
  managed_node_probe(check_node(L, check_open(L)));
  return 0;
}

/* threads:ask(node, request, bytes) */
static int threads_ask(lua_State *L) {
  struct managed_node *node = check_node(L, check_open(L));
  size_t size;
  const char *bytes = luaL_checklstring(L, 4, &size);
  managed_node_ask(node, check_request(L, 3), bytes, size);
  return 0;
}

/* threads:tell(node, bytes): a request without an answer */
static int threads_tell_node(lua_State *L) {
  struct managed_node *node = check_node(L, check_open(L));
  size_t size;
  const char *bytes = luaL_checklstring(L, 3, &size);
  managed_node_ask(node, NULL, bytes, size);
  return 0;
}

/* threads:answer(request, bytes) */
static int threads_answer(lua_State *L) {
  check_open(L);
  size_t size;
  const char *bytes = luaL_checklstring(L, 3, &size);
  control_channel_answer(check_request(L, 2), bytes, size);
  return 0;
}

static int push_event(lua_State *L) {
  static const char *const kinds[] = {
      [EVENT_LOADED] = "loaded", [EVENT_REFUSED] = "refused", [EVENT_ENDED] = "ended",
      [EVENT_PROBED] = "probed", [EVENT_ASKED] = "asked",     [EVENT_SIGNALLED] = "signalled"};
  const struct event *event = lua_touserdata(L, 1);
  lua_pushstring(L, kinds[event->kind]);
  lua_pushinteger(L, event->node + 1);
  lua_pushinteger(L, event->number);
  lua_pushboolean(L, event->flag);
  lua_pushlstring(L, event->bytes, event->size);
  lua_pushlightuserdata(L, event->request);
  return 6;
}

/* threads:next(ms) -> kind, node, number, flag, bytes, request */
static int threads_next_event(lua_State *L) {
  struct up *self = check_open(L);
  struct event *event = thread_pool_next(&self->pool, luaL_checknumber(L, 2));
  if (event == NULL) {
    lua_pushliteral(L, "timeout");
    return 1;
  }
  lua_settop(L, 0);
  lua_pushcfunction(L, push_event);
  lua_pushlightuserdata(L, event);
  bool pushed = lua_pcall(L, 1, LUA_MULTRET, 0) == LUA_OK;
  free(event);
  return pushed ? lua_gettop(L) : lua_error(L);
}

static int log_line(lua_State *L, enum world_level level) {
  struct up *self = check_open(L);
  size_t size;
  const char *name = luaL_checkstring(L, 2), *text = luaL_checklstring(L, 3, &size);
  real_log(self->pool.process, name, level, text, size);
  return 0;
}

/* threads:log(name, text), threads:warn(name, text): a line of log in this name */
static int threads_log(lua_State *L) {
  return log_line(L, WORLD_LOG);
}

static int threads_warn(lua_State *L) {
  return log_line(L, WORLD_WARN);
}

/* threads:log_start(name, text): what runs, as real_log_start */
static int threads_log_start(lua_State *L) {
  struct up *self = check_open(L);
  real_log_start(self->pool.process, luaL_checkstring(L, 2), luaL_checkstring(L, 3));
  return 0;
}

/* threads:now() -> ms */
static int threads_now(lua_State *L) {
  lua_pushinteger(L, real_loop_now(check_open(L)->pool.loop) / 1000);
  return 1;
}

/* threads:abandon(status): end the process without waiting for nodes, nor for what
** reads its output: it may be what a node hangs in */
static int threads_abandon(lua_State *L) {
  struct up *self = check_open(L);
  control_channel_free(self->control);
  _exit((int)luaL_checkinteger(L, 2));
}

/* The order of the end: nodes, sockets, context, states. */
static void shut_down(struct up *self) {
  if (!self->open) return;
  self->open = false;
  thread_pool_join(&self->pool);
  thread_pool_end(&self->pool);
  for (int i = 0; i < self->count; i++) {
    managed_node_free(self->nodes[i]);
    free(self->nodes[i]);
  }
  control_channel_free(self->control);
  thread_pool_free(&self->pool);
  free(self->nodes);
}

/* threads:close() */
static int threads_close(lua_State *L) {
  shut_down(check_open(L));
  return 0;
}

static int threads_gc(lua_State *L) {
  struct up *self = luaL_checkudata(L, 1, UP_CLASS);
  for (int i = 0; self->open && i < self->count; i++) managed_node_stop(self->nodes[i], 1, true);
  shut_down(self);
  return 0;
}

int run_threads_processors(lua_State *L) {
  cpu_set_t set;
  int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  lua_pushinteger(L, count);
  return 1;
}

static const luaL_Reg metamethods[] = {{"__close", threads_gc}, {"__gc", threads_gc}, {NULL, NULL}};

static const luaL_Reg methods[] = {
    {"abandon", threads_abandon},
    {"add", threads_add},
    {"answer", threads_answer},
    {"ask", threads_ask},
    {"close", threads_close},
    {"ending", threads_ending},
    {"go", threads_go},
    {"load", threads_load},
    {"log", threads_log},
    {"log_start", threads_log_start},
    {"next", threads_next_event},
    {"now", threads_now},
    {"probe", threads_probe},
    {"stop", threads_stop_node},
    {"tell", threads_tell_node},
    {"warn", threads_warn},
    {NULL, NULL},
};

void run_threads_open_class(lua_State *L) {
  class_new(L, UP_CLASS, metamethods, methods);
}
