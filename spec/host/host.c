/*
** host.c - the core for specs, as a Lua module that the sanitized program loads:
** what can't be seen from a role. Timers against a naive model, and a world in
** which memory runs out at a chosen moment; the pool of memory is in pool.c.
*/

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#include "bindings/program/node_script.h"
#include "bindings/task/script.h"
#include "host/core/node.h"
#include "host/core/timers.h"
#include "host/real/real.h"
#include "spec/host/host.h"

/* ---- timers ---- */

enum { TIMERS = 200 };

static int fired; /* which one fired last */
static struct timer timers[TIMERS];

static void fire(struct timer *timer) {
  fired = (int)(timer - timers);
}

/* The naive model's earliest timer: its index, or -1. */
static int earliest(void) {
  int best = -1;
  for (int i = 0; i < TIMERS; i++) {
    if (!timer_is_set(&timers[i])) continue;
    if (best < 0 || timers[i].deadline < timers[best].deadline ||
        (timers[i].deadline == timers[best].deadline && timers[i].order < timers[best].order)) {
      best = i;
    }
  }
  return best;
}

/* host.timers(steps): random steps on the heap; raises where it is not the model. */
static int host_timers(lua_State *L) {
  lua_Integer steps = luaL_checkinteger(L, 1);
  struct timers heap;
  timers_init(&heap);
  unsigned seed = 1;
  for (int i = 0; i < TIMERS; i++) timer_init(&timers[i], fire);
  const char *wrong = NULL;
  for (lua_Integer step = 0; step < steps && wrong == NULL; step++) {
    struct timer *timer = &timers[rand_r(&seed) % TIMERS];
    int action = rand_r(&seed) % 4;
    if (action < 2) timers_set(&heap, timer, rand_r(&seed) % 50);
    if (action == 2) timers_cancel(&heap, timer);
    int best = earliest();
    int64_t next = best < 0 ? INT64_MAX : timers[best].deadline;
    if (timers_next(&heap) != next) wrong = "the next deadline is another";
    if (action != 3 || best < 0) continue;
    if (timers_take(&heap, next - 1) != NULL) wrong = "one is taken too early";
    struct timer *taken = timers_take(&heap, next);
    if (taken == NULL || timer_is_set(taken)) wrong = "none is taken, or it stays set";
    if (taken != NULL) taken->fire(taken);
    if (fired != best) wrong = "another one is taken";
  }
  timers_free(&heap);
  return wrong == NULL ? 0 : luaL_error(L, "%s", wrong);
}

/* ---- memory ---- */

static struct {
  struct world_functions functions; /* the real world's, but for two */
  void *(*allocate)(struct world *world, void *block, size_t old_size, size_t size);
  bool armed;
  lua_Integer count;   /* of requests for more memory while armed */
  lua_Integer refused; /* the number of the first that is refused; -1: none */
} memory;

/* Lua collects its garbage and asks once more, so two in a row are refused. */
static void *allocate(struct world *world, void *block, size_t old_size, size_t size) {
  bool grows = size > (block != NULL ? old_size : 0);
  if (memory.armed && grows) {
    memory.count++;
    if (memory.count == memory.refused || memory.count - 1 == memory.refused) return NULL;
  }
  return memory.allocate(world, block, old_size, size);
}

/* A role says when: self:note "arm" and self:note "disarm". */
static void note(struct world *world, const char *kind, const void *data, size_t size) {
  (void)world, (void)data, (void)size;
  memory.armed = strcmp(kind, "arm") == 0;
}

static void say_nothing(struct world *world, enum world_level level, const char *text,
                        size_t size) {
  (void)world, (void)level, (void)text, (void)size;
}

static int run(struct real_process *process, struct real_loop *loop, const char *entry, size_t size,
               bool at_once, char *reason, size_t room) {
  bool usage;
  struct world *world = real_world_new(loop, "spec", &node_user);
  memory.allocate = world->functions->allocate;
  memory.functions = *world->functions;
  memory.functions.allocate = allocate;
  memory.functions.note = note;
  memory.functions.log = say_nothing;
  world->functions = &memory.functions;
  memory.armed = at_once;
  struct script *script = node_script_new(world, entry, size, reason, room, &usage);
  int status = script != NULL ? real_loop_run(loop) : 1;
  memory.armed = false;
  real_process_end(process);
  if (script != NULL) script_free(script);
  real_world_free(world);
  return status;
}

/* host.run(entry, n, at_once) -> exit status, requests, reason: a node whose n-th
** request for memory fails, counted from its note "arm" or from its making. The
** entry is packed. */
static int host_run(lua_State *L) {
  size_t size;
  const char *entry = luaL_checklstring(L, 1, &size);
  memory.refused = luaL_checkinteger(L, 2);
  memory.count = 0;
  char reason[1024] = "";
  struct real_process *process = real_process_new();
  struct real_loop *loop = real_loop_new(process);
  int status = run(process, loop, entry, size, lua_toboolean(L, 3), reason, sizeof reason);
  real_loop_free(loop);
  real_process_free(process);
  lua_pushinteger(L, status);
  lua_pushinteger(L, memory.count);
  lua_pushstring(L, reason);
  return 3;
}

int luaopen_host(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"pool", host_pool}, {"run", host_run}, {"timers", host_timers}, {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}
