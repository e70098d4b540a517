/*
** report.c - see report.h.
**
** Everything here that needs memory runs protected: a report must not fail the node.
*/

#include "bindings/task/report.h"

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

bool report_is_known(lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, PLACES);
  lua_pushvalue(L, -2);
  bool known = lua_rawget(L, -2) != LUA_TNIL;
  lua_pop(L, 1);
  lua_pushvalue(L, -2);
  lua_pushboolean(L, true);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return known;
}

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
    lua_pushliteral(L, "slow in C");
    if (report_is_known(L)) return 0;
    lua_pushfstring(L, "a handler has computed for %d ms, in one C call or in a __gc",
                    (int)self->ms);
    return 1;
  }
  push_functions(L, "slow", self);
  if (report_is_known(L)) return 0;
  report_push_place(L, self->threads[0]);
  lua_pushfstring(L, "%s: has computed for %d ms without waiting", lua_tostring(L, -1),
                  (int)self->ms);
  push_frames(L, self);
  return 1;
}

/* (computing) -> reason, text; no text when this place has been reported before */
static int describe_ended(lua_State *L) {
  const struct computing *self = lua_touserdata(L, 1);
  report_push_place(L, self->threads[0]);
  lua_pushfstring(L, "%s: ended: it has computed for %d ms", lua_tostring(L, -1), (int)self->ms);
  push_functions(L, "ended", self);
  if (report_is_known(L)) {
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
