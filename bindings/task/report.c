/*
** report.c - see report.h.
**
** Everything here that needs memory runs protected: a report must not fail the node.
*/

#include "bindings/task/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <lauxlib.h>

#include "bindings/task/script_state.h"

#define PLACES "sloop.reported_places"

void report_push_place(lua_State *L, lua_State *thread) {
  lua_Debug frame;
  for (int level = 0; lua_getstack(thread, level, &frame); level++) {
    lua_getinfo(thread, "Sl", &frame);
    if (frame.currentline > 0) {
      lua_pushfstring(L, "%s:%d", frame.short_src, frame.currentline);
      return;
    }
  }
  lua_pushliteral(L, "?");
}

/* ---- places ---- */

enum { MAX_PLACES = 1000 }; /* more are forgotten: texts without a place may differ for ever */
enum { FIRST_MS = 10 * 1000, FACTOR = 6, LAST_MS = 3600 * 1000 };

/* A place, in a userdata. */
struct place {
  uint64_t count; /* since it was reported last */
  int64_t reported, due;
  int64_t interval; /* us */
  char label[];
};

static void add_place(lua_State *L, int places, const char *label) {
  struct script *script = script_of(L);
  lua_getfield(L, places, "n");
  lua_Integer count = lua_tointeger(L, -1) + 1;
  lua_pop(L, 1);
  if (count > MAX_PLACES) {
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, PLACES);
    lua_replace(L, places);
    count = 1;
  }
  lua_pushinteger(L, count);
  lua_setfield(L, places, "n");
  lua_pushvalue(L, places - 1);
  struct place *place = lua_newuserdatauv(L, sizeof *place + strlen(label) + 1, 0);
  int64_t now = node_now(&script->node);
  *place = (struct place){.reported = now, .interval = FIRST_MS * INT64_C(1000)};
  place->due = now + place->interval;
  strcpy(place->label, label);
  lua_rawset(L, places);
}

bool report_is_known(lua_State *L, const char *label) {
  int top = lua_gettop(L);
  struct script *script = script_of(L);
  if (label == NULL) label = lua_tostring(L, top);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, PLACES);
  lua_pushvalue(L, top);
  lua_rawget(L, top + 1);
  struct place *place = lua_touserdata(L, -1);
  if (place == NULL) {
    add_place(L, top + 1, label);
  } else {
    place->count++;
    if (!timer_is_set(&script->repeats)) {
      timers_set(&script->node.timers, &script->repeats, place->due);
      node_schedule(&script->node);
    }
  }
  lua_settop(L, top);
  return place != NULL;
}

void report_forget(lua_State *L) {
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, PLACES);
}

static void report_again(struct script *script, struct place *place, int64_t now) {
  char text[512];
  int size = snprintf(text, sizeof text, "%.400s: %" PRIu64 " more %s in %" PRId64 " s",
                      place->label, place->count, place->count == 1 ? "time" : "times",
                      (now - place->reported) / 1000000);
  script_log(script, WORLD_ERROR, text, (size_t)size);
  place->count = 0;
  place->reported = now;
  place->interval *= FACTOR;
  if (place->interval > LAST_MS * INT64_C(1000)) place->interval = LAST_MS * INT64_C(1000);
  place->due = now + place->interval;
}

void report_repeats(struct timer *timer) {
  struct script *script = list_entry(timer, struct script, repeats);
  lua_State *L = script->L;
  int64_t now = node_now(&script->node), next = WORLD_NEVER;
  if (!lua_checkstack(L, 4)) return;
  int top = lua_gettop(L);
  if (lua_getfield(L, LUA_REGISTRYINDEX, PLACES) == LUA_TTABLE) {
    for (lua_pushnil(L); lua_next(L, top + 1) != 0; lua_pop(L, 1)) {
      struct place *place = lua_touserdata(L, -1); /* not 'n', which is a number */
      if (place == NULL || place->count == 0) continue;
      if (place->due <= now) report_again(script, place, now);
      if (place->count > 0 && place->due < next) next = place->due;
    }
  }
  lua_settop(L, top);
  if (next != WORLD_NEVER) timers_set(&script->node.timers, timer, next);
}

/* ---- reports ---- */

void report_protected(struct script *script, enum world_level level, lua_CFunction describe,
                      const void *about) {
  lua_State *L = script->L;
  if (!lua_checkstack(L, 4)) return;
  lua_pushcfunction(L, describe);
  lua_pushlightuserdata(L, (void *)about);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK && lua_isstring(L, -1)) {
    script_log(script, level, lua_tostring(L, -1), lua_rawlen(L, -1));
  }
  lua_pop(L, 1);
}

/* ---- code that computes for long ---- */

/* What a report is about, for functions that run protected. */
struct computing {
  int64_t ms;
  lua_State *const *threads;
  int count;
};

/* Push what makes this place known: the functions that run, not their lines, of
** which an endless loop has many. */
static void push_functions(lua_State *L, const char *kind, const struct computing *self) {
  lua_Debug frame;
  lua_pushstring(L, kind);
  lua_State *thread = self->threads[0];
  for (int level = 0; level < 8 && lua_getstack(thread, level, &frame); level++) {
    lua_getinfo(thread, "S", &frame);
    lua_pushfstring(L, "%s %s:%d", lua_tostring(L, -1), frame.short_src, frame.linedefined);
    lua_remove(L, -2);
  }
}

/* Push 'text', which is on top, with the frames of all the coroutines. */
static void push_frames(lua_State *L, const struct computing *self) {
  for (int i = 0; i < self->count; i++) {
    luaL_traceback(L, self->threads[i], lua_tostring(L, -1), 0);
    lua_remove(L, -2);
  }
}

/* (computing) -> text, or nil when this place has been reported before. */
static int describe_slow(lua_State *L) {
  const struct computing *self = lua_touserdata(L, 1);
  if (self->count == 0) {
    lua_pushliteral(L, "a handler has computed for long in one C call or in a __gc");
    if (report_is_known(L, NULL)) return 0;
    lua_pushfstring(L, "a handler has computed for %d ms, in one C call or in a __gc",
                    (int)self->ms);
    return 1;
  }
  report_push_place(L, self->threads[0]);
  const char *place = lua_tostring(L, -1);
  lua_pushfstring(L, "%s: has computed for long", place);
  push_functions(L, "slow", self);
  if (report_is_known(L, lua_tostring(L, -2))) return 0;
  lua_pushfstring(L, "%s: has computed for %d ms without waiting", place, (int)self->ms);
  push_frames(L, self);
  return 1;
}

/* (computing) -> reason, text; no text when this place has been reported before */
static int describe_ended(lua_State *L) {
  const struct computing *self = lua_touserdata(L, 1);
  report_push_place(L, self->threads[0]);
  lua_pushfstring(L, "%s: ended", lua_tostring(L, -1));
  lua_pushfstring(L, "%s: it has computed for %d ms", lua_tostring(L, -1), (int)self->ms);
  push_functions(L, "ended", self);
  if (report_is_known(L, lua_tostring(L, -3))) {
    lua_pop(L, 1);
    return 1;
  }
  lua_pushvalue(L, -2);
  push_frames(L, self);
  lua_remove(L, -2);
  return 2;
}

void report_slow(struct script *script, int64_t ms, lua_State *const *threads, int count) {
  struct computing computing = {ms, threads, count};
  report_protected(script, WORLD_WARN, describe_slow, &computing);
}

void report_ended(struct script *script, int64_t ms, lua_State *const *threads, int count) {
  lua_State *L = script->L;
  struct computing computing = {ms, threads, count};
  lua_pushcfunction(L, describe_ended);
  lua_pushlightuserdata(L, &computing);
  if (lua_pcall(L, 1, 2, 0) != LUA_OK) lua_pushnil(L);
  if (lua_isstring(L, -1)) {
    script_log(script, WORLD_ERROR, lua_tostring(L, -1), lua_rawlen(L, -1));
  }
  lua_pop(L, 1);
}
