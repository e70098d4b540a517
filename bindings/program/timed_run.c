/*
** timed_run.c - see timed_run.h.
*/

#include "bindings/program/timed_run.h"

#include "bindings/lua/hook_error.h"
#include "bindings/task/script_state.h"
#include "host/real/os/cpu_timer.h"

/* In a turn that has taken this long the code is stopped, and with it the run. */
enum { TICKS_PER_SECOND = 100, PATIENCE_S = 1 };

struct timed_run {
  struct sim *sim;
  volatile int ticks; /* of processor time, in the present turn */
  volatile uint64_t turns;
};

static struct timed_run *running; /* the one that has a timer */

/* Where the code is: in Lua, since a C function that it calls has no lines. */
static void push_place(lua_State *L) {
  lua_Debug frame = {.currentline = -1};
  for (int level = 0; lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "Sl", &frame);
    if (frame.currentline > 0) break;
  }
  lua_pushfstring(L, "%s:%d", frame.short_src, frame.currentline);
}

static void stop_code(lua_State *L, lua_Debug *event) {
  (void)event;
  if (running != NULL) sim_world_stop(running->sim);
  push_place(L);
  lua_pushfstring(L, "%s: has computed for %d s without waiting", lua_tostring(L, -1), PATIENCE_S);
  hook_error_raise(L);
}

/* By a signal, for each tick of processor time. */
static void tick(void *arg) {
  struct timed_run *self = arg;
  uint64_t turns = sim_world_turns(self->sim);
  struct script *script = sim_world_current(self->sim);
  if (script == NULL || turns != self->turns) self->ticks = 0;
  self->turns = turns;
  if (script == NULL || ++self->ticks < PATIENCE_S * TICKS_PER_SECOND) return;
  if (script->watchdog.inside > 0) {
    lua_sethook(script->watchdog.innermost, stop_code, LUA_MASKCOUNT, 1);
  }
}

enum sim_end timed_run(struct sim *sim) {
  struct timed_run self = {.sim = sim};
  struct timed_run *outer = running;
  struct cpu_timer *timer = cpu_timer_new(tick, &self);
  running = &self;
  enum sim_end end = sim_world_run(sim);
  running = outer;
  cpu_timer_free(timer);
  return end;
}
