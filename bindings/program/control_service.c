/*
** control_service.c - see control_service.h.
*/

#include "bindings/program/control_service.h"

#include <stdio.h>

#include <lauxlib.h>

#include "bindings/lua/values.h"
#include "bindings/task/script.h"

struct request {
  const char *bytes;
  size_t size;
};

/* (request) -> the answer's bytes */
static int answer(lua_State *L) {
  const struct request *request = lua_touserdata(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, SCRIPT_INSTANCE);
  lua_getfield(L, -1, "answer");
  values_unpack(L, request->bytes, request->size);
  lua_call(L, 1, 1);
  values_pack(L, -1);
  return 1;
}

static void warn(struct script *script, const char *reason) {
  char text[256];
  int size = snprintf(text, sizeof text, "invalid control request: %s",
                      reason != NULL ? reason : "no reason");
  script_log(script, WORLD_WARN, text, (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
}

void control_service_answer(struct script *script, const char *bytes, size_t size,
                            void (*give)(void *arg, const char *bytes, size_t size), void *arg) {
  if (size == 0) { /* is this node alive? */
    give(arg, "", 0);
    return;
  }
  lua_State *L = script->L;
  struct request request = {bytes, size};
  lua_pushcfunction(L, answer);
  lua_pushlightuserdata(L, &request);
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
