/*
** connections.c - see connections.h.
*/

#include "bindings/objects/connections.h"

#include <string.h>

#include <lauxlib.h>

#include "bindings/objects/lua_socket.h"
#include "bindings/task/script_state.h"
#include "host/core/node.h"

static bool has_events(const char *endpoint) {
  return strncmp(endpoint, "tcp://", 6) == 0 || strncmp(endpoint, "ipc://", 6) == 0;
}

/* Is one of the endpoints in the field 'connect', a string or a list, of such a transport? */
static bool connects(lua_State *L, int declaration) {
  bool found = false;
  int type = lua_getfield(L, declaration, "connect");
  if (type == LUA_TSTRING) found = has_events(lua_tostring(L, -1));
  for (lua_Integer i = 1; type == LUA_TTABLE && !found; i++) {
    if (lua_rawgeti(L, -1, i) != LUA_TSTRING) {
      lua_pop(L, 1);
      break;
    }
    found = has_events(lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return found;
}

bool connections_begin(lua_State *L, int index, int declaration) {
  index = lua_absindex(L, index);
  bool own = lua_getiuservalue(L, index, SOCKET_NAME) != LUA_TNIL;
  lua_pop(L, 1);
  const struct script *script = script_of(L);
  bool wanted =
      own && script->tracks && !script->node.world->is_virtual && connects(L, declaration);
  if (wanted) {
    lua_newtable(L);
  } else {
    lua_pushnil(L);
  }
  lua_setiuservalue(L, index, SOCKET_CONNECTIONS);
  return wanted;
}

static lua_Integer now(lua_State *L) {
  struct world *world = script_of(L)->node.world;
  return world->functions->now(world) / 1000;
}

static void add(lua_State *L, const char *field) {
  lua_getfield(L, -1, field);
  lua_pushinteger(L, lua_tointeger(L, -1) + 1);
  lua_setfield(L, -3, field);
  lua_pop(L, 1);
}

static void set_connected(lua_State *L, bool connected) {
  lua_pushboolean(L, connected);
  lua_setfield(L, -2, "connected");
  lua_pushinteger(L, now(L));
  lua_setfield(L, -2, "since");
  lua_pushinteger(L, 0);
  lua_setfield(L, -2, "attempts");
}

/* Push the entry of this endpoint in the table on top. */
static void push_entry(lua_State *L, const char *endpoint) {
  if (lua_getfield(L, -1, endpoint) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 5);
  set_connected(L, false);
  lua_pushinteger(L, 0);
  lua_setfield(L, -2, "times");
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, endpoint);
}

void connections_note(lua_State *L, int index, const struct world_event *event) {
  int top = lua_gettop(L);
  luaL_checkstack(L, 6, NULL);
  if (lua_getiuservalue(L, index, SOCKET_CONNECTIONS) == LUA_TTABLE && *event->endpoint != '\0') {
    push_entry(L, event->endpoint);
    if (strcmp(event->name, "handshake_succeeded") == 0) {
      set_connected(L, true);
      add(L, "times");
      lua_pushnil(L);
      lua_setfield(L, -2, "error");
    } else if (strcmp(event->name, "disconnected") == 0) {
      set_connected(L, false);
    } else if (strcmp(event->name, "connect_retried") == 0) {
      add(L, "attempts");
    } else if (strcmp(event->name, "handshake_failed") == 0) {
      lua_pushliteral(L, "the handshake failed");
      lua_setfield(L, -2, "error");
    }
  }
  lua_settop(L, top);
}

void connections_push(lua_State *L, int index) {
  lua_getiuservalue(L, index, SOCKET_CONNECTIONS);
}

int connections_track(lua_State *L) {
  script_of(L)->tracks = lua_toboolean(L, 1);
  return 0;
}
