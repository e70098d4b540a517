/*
** exit_result.c - why a node ends: what 'main' or self:stop gave, kept as bytes.
**
** See exit_result.h.
*/

#include "bindings/task/exit_result.h"

#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#include "bindings/lua/values.h"
#include "bindings/task/script_state.h"

static int pack(lua_State *L) {
  values_pack(L, 1);
  return 1;
}

/* Keep the table on top of the stack as the result, if it is plain data: a node
** may end with anything, but only that leaves its state. */
static void keep_result(lua_State *L, struct script *script) {
  size_t size;
  lua_pushcfunction(L, pack);
  lua_pushvalue(L, -2);
  bool packed = lua_pcall(L, 1, 1, 0) == LUA_OK;
  const char *bytes = lua_tolstring(L, -1, &size);
  char *copy = packed ? malloc(size) : NULL;
  if (copy != NULL) {
    memcpy(copy, bytes, size);
    free(script->result);
    script->result = copy;
    script->result_size = size;
  }
  lua_pop(L, 1);
}

/* The same for the 'count' values from index 'first'. */
static void keep_values(lua_State *L, struct script *script, int first, int count) {
  lua_createtable(L, count, 1);
  for (int i = 0; i < count; i++) {
    lua_pushvalue(L, first + i);
    lua_rawseti(L, -2, i + 1);
  }
  lua_pushinteger(L, count);
  lua_setfield(L, -2, "n");
  keep_result(L, script);
  lua_pop(L, 1);
}

/* Of 'nil, reason [, status]' at 'first': a role may have exit statuses of its own. */
static int failure_status(lua_State *L, int first) {
  enum { FAILED = 1, FIRST_OWN = 3, LAST_OWN = 125 }; /* above are the shell's */
  if (!lua_isinteger(L, first + 2)) return FAILED;
  lua_Integer own = lua_tointeger(L, first + 2);
  return own >= FIRST_OWN && own <= LAST_OWN ? (int)own : FAILED;
}

void exit_result_stop(lua_State *L, int first) {
  struct script *script = script_of(L);
  if (script->running != NULL && script->running == script->stopping) {
    node_finish(&script->node);
    return;
  }
  if (script->node.phase >= NODE_STOPPING) return;
  int count = lua_gettop(L) - first + 1;
  bool failed = count >= 2 && lua_isnil(L, first) && !lua_isnil(L, first + 1);
  if (failed) {
    size_t size;
    const char *reason = luaL_tolstring(L, first + 1, &size);
    lua_replace(L, first + 1);
    if (script->logs_end) script_log(script, WORLD_WARN, reason, size);
  }
  keep_values(L, script, first, count);
  node_stop(&script->node, failed ? failure_status(L, first) : 0);
}

void exit_result_fail(lua_State *L, int first) {
  struct script *script = script_of(L);
  if (script->node.phase != NODE_STOPPING || script->node.status != 0) {
    exit_result_stop(L, first);
    return;
  }
  keep_values(L, script, first, lua_gettop(L) - first + 1);
  script->node.status = 1;
}

const char *exit_result_get(struct script *script, size_t *size) {
  *size = script->result_size;
  return script->result;
}
