/*
** control_service.c - see control_service.h.
*/

#include "bindings/program/control_service.h"

#include <stdio.h>

#include <lauxlib.h>

#include "bindings/lua/values.h"
#include "bindings/task/report_error.h"
#include "bindings/task/script.h"
#include "host/real/os/file_watch.h"

struct question {
  const char *bytes;
  size_t size;
};

/* (question) -> the answer's bytes */
static int answer(lua_State *L) {
  const struct question *question = lua_touserdata(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, SCRIPT_INSTANCE);
  lua_getfield(L, -1, "answer");
  values_unpack(L, question->bytes, question->size);
  lua_call(L, 1, 1);
  values_pack(L, -1);
  return 1;
}

/* Whoever asks nonsense harms only himself. */
static void warn(struct script *script, const char *reason) {
  char text[256];
  int size = snprintf(text, sizeof text, "a control request makes no sense: %s",
                      reason != NULL ? reason : "no reason");
  struct world *world = script->node.world;
  world->functions->log(world, WORLD_WARN, text,
                        (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
}

void control_service_answer(struct script *script, const char *bytes, size_t size,
                    void (*give)(void *arg, const char *bytes, size_t size), void *arg) {
  if (size == 0) { /* somebody only wants to know whether we live */
    give(arg, "", 0);
    return;
  }
  lua_State *L = script->L;
  struct question question = {bytes, size};
  lua_pushcfunction(L, answer);
  lua_pushlightuserdata(L, &question);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK) {
    size_t length;
    const char *text = lua_tolstring(L, -1, &length);
    give(arg, text, length);
    lua_pop(L, 1);
  } else {
    give(arg, "", 0);
    warn(script, lua_tostring(L, -1));
    lua_pop(L, 1);
  }
}

bool control_service_changed(struct script *script, int looks) {
  if (script->sliced != NULL) return false; /* not in the middle of an event */
  lua_pushinteger(script->L, looks);
  if (!script_call(script, "changed", 1, 1)) return true;
  bool done = lua_toboolean(script->L, -1);
  lua_pop(script->L, 1);
  return done;
}

void control_service_watch_files(struct script *script, struct file_watch *watch) {
  lua_State *L = script->L;
  if (watch == NULL || !script_call(script, "files", 0, 1)) return;
  lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    file_watch_add(watch, lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}
