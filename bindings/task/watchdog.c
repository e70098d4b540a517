/*
** watchdog.c - see watchdog.h.
**
** Between the tick and the hook the event may have ended; both compare what runs
** with what ran. A hook that is still to come at the next tick has to wait for a
** call of C, or for a __gc, in which there are none; if that goes on and on, the
** tick itself says so. A hook that raises leaves hooks off in its coroutine for good
** (Lua 5.4.4), so the task it did that to is thrown away afterwards.
*/

#include "bindings/task/watchdog.h"

#include <stdio.h>

#include <lauxlib.h>

#include "bindings/lua/hook_error.h"
#include "bindings/task/report.h"

enum { TICK_US = 10000 }; /* see host/real/os/cpu_timer.h */

static int64_t cpu_us(const struct script *script) {
  struct world *world = script->node.world;
  return world->functions->cpu(world);
}

void watchdog_init(struct watchdog *self, lua_State *main) {
  *self = (struct watchdog){.innermost = main};
}

static int64_t *spent(struct script *script) {
  return script->running != NULL ? &script->running->spent : &script->watchdog.spent;
}

static bool *warned(struct script *script) {
  return script->running != NULL ? &script->running->warned : &script->watchdog.warned;
}

/* A task that is being ended can't be used again. */
static bool *ending(struct script *script) {
  return script->running != NULL ? &script->running->spoilt : &script->watchdog.ending;
}

/* Add what the event has used since the last look. */
static int64_t account(struct script *script) {
  int64_t now = cpu_us(script);
  *spent(script) += now - script->watchdog.began;
  script->watchdog.began = now;
  return *spent(script);
}

static void warn_if_due(struct script *script, lua_State *const *threads, int count) {
  struct watchdog *self = &script->watchdog;
  if (self->warn_us == 0 || *warned(script) || *spent(script) < self->warn_us) return;
  *warned(script) = true;
  self->slow++;
  report_slow(script, *spent(script) / 1000, threads, count);
}

static bool is_over(struct script *script) {
  int64_t limit = script->watchdog.limit_us;
  return limit > 0 && *spent(script) >= limit;
}

/* ---- what can't yield ---- */

static void raise(lua_State *L, lua_Debug *event);

/* Is this the whole of a __close that the host runs? Nothing around it can catch
** an error, and the next __close has done nothing wrong. */
static bool is_outermost_close(lua_State *L, const struct script *script) {
  lua_Debug frame;
  return script->watchdog.closing && lua_getstack(L, 1, &frame) == 0;
}

/* Raise here, and then at every instruction, so that no loop around a pcall goes
** on. */
static void end_by_error(lua_State *L, struct script *script) {
  if (!*ending(script)) script->watchdog.ended++;
  *ending(script) = true;
  if (is_outermost_close(L, script)) {
    lua_sethook(L, NULL, 0, 0);
  } else {
    lua_sethook(L, raise, LUA_MASKCOUNT, 1);
  }
  report_push_place(L, L);
  lua_pushfstring(L, "%s: ended: it has computed for %d ms", lua_tostring(L, -1),
                  (int)(*spent(script) / 1000));
  hook_error_raise(L);
}

static void raise(lua_State *L, lua_Debug *event) {
  (void)event;
  struct script *script = script_of(L);
  if (watchdog_goes_on(script)) end_by_error(L, script);
  lua_sethook(L, NULL, 0, 0);
}

/* ---- the tick and the hook ---- */

static void hook(lua_State *L, lua_Debug *event) {
  (void)event;
  lua_sethook(L, NULL, 0, 0);
  struct script *script = script_of(L);
  struct watchdog *self = &script->watchdog;
  if (!watchdog_goes_on(script)) return;
  account(script);
  if (lua_isyieldable(L) && !self->closing) {
    self->yielded = true;
    self->chain[0] = L;
    self->depth = 1;
    lua_yield(L, 0);
    return;
  }
  warn_if_due(script, &L, 1);
  if (is_over(script)) end_by_error(L, script);
}

/* True if it was set already. To set a hook takes longer the deeper the calls are,
** perhaps longer than a tick: each time, and nothing but ticks would be served. */
static bool set_hook(lua_State *L) {
  lua_Hook now = lua_gethook(L);
  if (now == hook || now == raise) return true;
  lua_sethook(L, hook, LUA_MASKCOUNT, 1);
  return false;
}

/* ---- calls of C ---- */

/* Find the line of Lua that runs, or has called what runs. Reads only what a call of C
** leaves alone. */
static bool find_line(lua_State *L, lua_Debug *frame, const char **function) {
  *function = NULL;
  for (int level = 0; lua_getstack(L, level, frame); level++) {
    lua_getinfo(L, "Sln", frame);
    if (frame->currentline > 0) return true;
    if (*function == NULL) *function = frame->name;
  }
  return false;
}

/* Was this place reported lately? It is now. */
static bool is_known(struct watchdog *self, const lua_Debug *frame) {
  uint32_t hash = 2166136261u + (uint32_t)frame->currentline;
  for (const char *c = frame->short_src; *c != '\0'; c++) hash = (hash ^ (uint8_t)*c) * 16777619u;
  for (int i = 0; i < WATCHDOG_PLACES; i++) {
    if (self->stalls[i] == hash) return true;
  }
  self->stalls[self->stall_count++ % WATCHDOG_PLACES] = hash;
  return false;
}

/* The node has been in one call of C for 'ms', or is what keeps the process from
** ending. From a signal handler. */
static void report_stall(struct script *script, int64_t ms, bool ends, const char *how) {
  struct world *world = script->node.world;
  char text[512], place[LUA_IDSIZE + 64] = "";
  lua_Debug frame;
  const char *function = NULL;
  if (script->watchdog.inside > 0 && find_line(script->watchdog.innermost, &frame, &function)) {
    if (!ends && is_known(&script->watchdog, &frame)) return;
    snprintf(place, sizeof place, "%s:%d: ", frame.short_src, frame.currentline);
  }
  if (function == NULL) function = "a call of C or a __gc";
  if (ends) {
    snprintf(text, sizeof text, "%sstill in %s: ended by force after the grace time", place,
             function);
  } else {
    snprintf(text, sizeof text, "%s%s for %d ms in %s; the other nodes of this thread wait", place,
             how, (int)ms, function);
  }
  world->functions->log_signal_safe(world, text);
}

void watchdog_stalled(struct world *world, int64_t ms, bool ends) {
  report_stall(((struct node *)world->node)->script, ms, ends, "blocked");
}

/* A hook that was set does not come: report when the event has had its time. */
static void unheard(struct script *script) {
  struct watchdog *self = &script->watchdog;
  int64_t us = ++self->unheard * (int64_t)TICK_US;
  if (self->warn_us == 0 || us < self->warn_us || *warned(script)) return;
  *warned(script) = true;
  self->slow++;
  report_stall(script, us / 1000, false, "has computed");
}

void watchdog_tick(struct world *world) {
  struct script *script = ((struct node *)world->node)->script;
  struct watchdog *self = &script->watchdog;
  if (self->inside == 0 || self->limited) return;
  if (watchdog_goes_on(script)) {
    if (set_hook(self->innermost)) {
      unheard(script);
    } else {
      self->unheard = 0;
    }
  } else {
    self->seen_entry = self->entry;
    self->seen_run = world->runs;
    self->began = cpu_us(script);
    *spent(script) = 0;
    *warned(script) = false;
    if (script->running == NULL) self->ending = false;
  }
}

/* ---- around code ---- */

void watchdog_look_back(struct script *script) {
  if (script->watchdog.warn_us == 0) return;
  account(script);
  warn_if_due(script, NULL, 0);
}

void watchdog_continue(struct script *script) {
  script->watchdog.seen_entry = script->watchdog.entry;
  script->watchdog.seen_run = script->node.world->runs;
  script->watchdog.began = cpu_us(script);
}

/* Code within other code belongs to the same entry. */
void watchdog_enter(struct script *script) {
  if (script->watchdog.inside++ == 0) script->watchdog.entry++;
}

void watchdog_leave(struct script *script) {
  if (script->watchdog.inside == 1 && watchdog_goes_on(script)) watchdog_look_back(script);
  script->watchdog.inside--;
}

lua_State *watchdog_into(struct script *script, lua_State *thread) {
  lua_State *outer = script->watchdog.innermost;
  script->watchdog.innermost = thread;
  return outer;
}

/* Whatever has ended the inner code, once the event has had its time the code
** around it is to end, too. */
void watchdog_out(struct script *script, lua_State *outer) {
  script->watchdog.innermost = outer;
  if (watchdog_goes_on(script) && is_over(script)) set_hook(outer);
}

int watchdog_reset(struct script *script, lua_State *thread) {
  struct watchdog *self = &script->watchdog;
  lua_State *outer = watchdog_into(script, thread);
  bool closing = self->closing;
  self->closing = true;
  watchdog_enter(script);
  int status = lua_resetthread(thread);
  watchdog_leave(script);
  self->closing = closing;
  watchdog_out(script, outer);
  return status;
}

/* ---- slices ---- */

bool watchdog_is_over(struct task *task) {
  struct script *script = task->script;
  struct task *outer = script->running;
  script->running = task; /* whose time it was */
  warn_if_due(script, script->watchdog.chain, script->watchdog.depth);
  bool over = is_over(script);
  if (over) script->watchdog.ended++;
  script->running = outer;
  return over;
}

void watchdog_close_chain(struct task *task) {
  struct script *script = task->script;
  struct task *outer = script->running;
  script->running = task;
  for (int i = 0; i + 1 < script->watchdog.depth; i++) {
    watchdog_reset(script, script->watchdog.chain[i]);
  }
  script->running = outer;
}

bool watchdog_passes(lua_State *L, lua_State *inner) {
  struct script *script = script_of(L);
  struct watchdog *self = &script->watchdog;
  if (lua_isyieldable(L) && !self->closing) {
    if (self->depth < WATCHDOG_DEPTH) self->chain[self->depth++] = L;
    return true;
  }
  self->yielded = false;
  warn_if_due(script, self->chain, self->depth);
  if (is_over(script)) {
    watchdog_reset(script, inner);
    end_by_error(L, script);
  }
  return false;
}
