/*
** timers_signals.c - see timers_signals.h.
*/

#include "bindings/objects/timers_signals.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/objects/instance.h"
#include "bindings/task/script.h"
#include "bindings/task/task.h"

#define SOURCE_CLASS "Source"

/* A timer or a signal that calls a handler: a userdata, which the registry keeps
** under its address while it is set. */
struct source {
  struct task_source task; /* first */
  struct script *script;
  struct timer timer;
  int64_t interval; /* us */
  int64_t due;      /* when the tick that fired last should have */
  int number;       /* of the signal; 0: a timer */
  bool busy;        /* its handler is at work, or about to be */
  struct list link; /* among the script's signals */
};

enum { SOURCE_INSTANCE = 1, SOURCE_NAME, SOURCE_VALUES = SOURCE_NAME };

static void waiting(struct task_source *source, bool waits) {
  (void)source, (void)waits;
}

static void ended(struct task_source *source, bool failed) {
  (void)failed;
  ((struct source *)source)->busy = false;
}

static void push_place(struct task_source *source, lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, source);
  lua_getiuservalue(L, -1, SOURCE_INSTANCE);
  lua_getiuservalue(L, -2, SOURCE_NAME);
  instance_push_place(L, lua_gettop(L) - 1, lua_gettop(L));
}

/* The handler had waited, and is done. */
static int handled(lua_State *L, int status, lua_KContext context) {
  (void)L, (void)status, (void)context;
  return 0;
}

/* Stack: instance, name, source, which must outlive this call. */
static int call_handler(lua_State *L) {
  instance_push_handler(L, 1, 2);
  lua_callk(L, 1, 0, 0, handled);
  return 0;
}

enum { HANDLER_VALUES = 3 };

/* A task that is about to call the source's handler; NULL when one still does. */
static struct task *prepare(struct source *self) {
  struct task *task = self->busy ? NULL : task_new(self->script);
  if (task == NULL) return NULL;
  self->busy = true;
  lua_State *L = task->thread;
  task->source = &self->task;
  lua_pushcfunction(L, call_handler);
  lua_rawgetp(L, LUA_REGISTRYINDEX, self);
  lua_getiuservalue(L, -1, SOURCE_INSTANCE);
  lua_getiuservalue(L, -2, SOURCE_NAME);
  lua_rotate(L, -3, 2);
  return task;
}

/* Ticks keep their phase; those that were missed are not made up for. */
static void tick(struct timer *timer) {
  struct source *self = (struct source *)((char *)timer - offsetof(struct source, timer));
  struct node *node = &self->script->node;
  int64_t late = node_now(node) - self->due;
  self->due += self->interval * (1 + late / self->interval);
  timers_set(&node->timers, timer, self->due);
  struct task *task = prepare(self);
  if (task != NULL) task_start(task, HANDLER_VALUES);
}

static struct source *push_source(lua_State *L) {
  struct source *self = lua_newuserdatauv(L, sizeof *self, SOURCE_VALUES);
  *self = (struct source){.task = {waiting, ended, push_place}, .script = script_of(L)};
  timer_init(&self->timer, tick);
  list_init(&self->link);
  luaL_setmetatable(L, SOURCE_CLASS);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, SOURCE_INSTANCE);
  lua_pushvalue(L, 2);
  lua_setiuservalue(L, -2, SOURCE_NAME);
  return self;
}

static void keep(lua_State *L, struct source *self, bool kept) {
  if (kept) {
    lua_pushvalue(L, -1);
  } else {
    lua_pushnil(L);
  }
  lua_rawsetp(L, LUA_REGISTRYINDEX, self);
}

int timers_signals_timer(lua_State *L) {
  push_source(L);
  return 1;
}

/* timer:set(ms) */
static int source_set(lua_State *L) {
  struct source *self = luaL_checkudata(L, 1, SOURCE_CLASS);
  double ms = luaL_checknumber(L, 2);
  luaL_argcheck(L, ms > 0, 2, "an interval is more than 0 ms");
  struct node *node = &self->script->node;
  int64_t now = node_now(node);
  self->due = node_after(node, ms);
  self->interval = self->due - now;
  if (self->interval < 1) self->interval = 1;
  lua_settop(L, 1);
  keep(L, self, true);
  if (timers_set(&node->timers, &self->timer, self->due) != 0) luaL_error(L, "not enough memory");
  node_schedule(node);
  return 0;
}

/* source:cancel(); also __gc. */
static int source_cancel(lua_State *L) {
  struct source *self = luaL_checkudata(L, 1, SOURCE_CLASS);
  timers_cancel(&self->script->node.timers, &self->timer);
  keep(L, self, false);
  if (list_empty(&self->link)) return 0;
  list_remove(&self->link);
  for (struct list *link = self->script->signals.next; link != &self->script->signals;
       link = link->next) {
    if (list_entry(link, struct source, link)->number == self->number) return 0;
  }
  struct world *world = self->script->node.world;
  world->functions->watch_signal(world, self->number, false);
  return 0;
}

struct signal_name {
  const char *name;
  int number;
};

/* Those a handler may have: the host needs the others, or they can't be caught. */
static const struct signal_name signals[] = {
    {"SIGALRM", SIGALRM}, {"SIGCONT", SIGCONT}, {"SIGQUIT", SIGQUIT},   {"SIGTSTP", SIGTSTP},
    {"SIGUSR1", SIGUSR1}, {"SIGUSR2", SIGUSR2}, {"SIGWINCH", SIGWINCH},
};

int timers_signals_names(lua_State *L) {
  lua_newtable(L);
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
    lua_pushboolean(L, true);
    lua_setfield(L, -2, signals[i].name);
  }
  return 1;
}

int timers_signals_signal(lua_State *L) {
  const char *name = luaL_checkstring(L, 2);
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
    if (strcmp(signals[i].name, name) != 0) continue;
    struct source *self = push_source(L);
    self->number = signals[i].number;
    struct world *world = self->script->node.world;
    if (world->functions->watch_signal(world, self->number, true) != 0) {
      return class_push_errno(L, errno);
    }
    list_append(&self->script->signals, &self->link);
    keep(L, self, true);
    return 1;
  }
  return class_push_reason(L, "no such signal, or one that can't be handled");
}

static bool signalled(struct script *script, int number) {
  bool wanted = false;
  struct list *next;
  for (struct list *link = script->signals.next; link != &script->signals; link = next) {
    next = link->next;
    struct source *self = list_entry(link, struct source, link);
    if (self->number != number) continue;
    wanted = true;
    struct task *task = prepare(self);
    if (task != NULL) script_spawn_event(script, task, HANDLER_VALUES);
  }
  return wanted;
}

static const luaL_Reg metamethods[] = {{"__gc", source_cancel}, {NULL, NULL}};

static const luaL_Reg methods[] = {
    {"cancel", source_cancel},
    {"set", source_set},
    {NULL, NULL},
};

void timers_signals_open_class(lua_State *L) {
  class_new(L, SOURCE_CLASS, metamethods, methods);
  script_of(L)->handle_signal = signalled;
}
