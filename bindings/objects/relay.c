/*
** relay.c - see relay.h. The three sockets are user values, so that the host's
** relay never outlives them.
*/

#include "bindings/objects/relay.h"

#include "bindings/lua/class_helpers.h"
#include "bindings/objects/lua_socket.h"
#include "host/core/relay.h"

#define RELAY_CLASS "Relay"

struct lua_relay {
  struct relay *relay; /* NULL once closed */
};

static struct relay *check_open(lua_State *L) {
  struct lua_relay *self = luaL_checkudata(L, 1, RELAY_CLASS);
  luaL_argcheck(L, self->relay != NULL, 1, "relay is closed");
  return self->relay;
}

int relay_new_object(lua_State *L) {
  struct socket *front = &lua_socket_check(L, 1)->socket;
  struct socket *back = &lua_socket_check(L, 2)->socket;
  struct socket *capture = lua_isnoneornil(L, 3) ? NULL : &lua_socket_check(L, 3)->socket;
  lua_settop(L, 3);
  struct lua_relay *self = lua_newuserdatauv(L, sizeof *self, 3);
  self->relay = NULL;
  luaL_setmetatable(L, RELAY_CLASS);
  for (int i = 1; i <= 3; i++) {
    lua_pushvalue(L, i);
    lua_setiuservalue(L, 4, i);
  }
  self->relay = relay_new(front, back, capture);
  if (self->relay == NULL) return luaL_error(L, "not enough memory");
  return 1;
}

/* relay:pause() */
static int relay_pause_method(lua_State *L) {
  relay_pause(check_open(L));
  return 0;
}

/* relay:resume() */
static int relay_resume_method(lua_State *L) {
  relay_resume(check_open(L));
  return 0;
}

static void set_count(lua_State *L, const char *name, uint64_t count) {
  lua_pushinteger(L, (lua_Integer)count);
  lua_setfield(L, -2, name);
}

/* relay:counts() -> { forward =, backward =, dropped =, uncaptured = } */
static int relay_counts_method(lua_State *L) {
  struct relay_counts counts = relay_counts(check_open(L));
  lua_createtable(L, 0, 4);
  set_count(L, "forward", counts.forward);
  set_count(L, "backward", counts.backward);
  set_count(L, "dropped", counts.dropped);
  set_count(L, "uncaptured", counts.uncaptured);
  return 1;
}

void relay_close_object(lua_State *L, int arg) {
  struct lua_relay *self = luaL_checkudata(L, arg, RELAY_CLASS);
  if (self->relay != NULL) relay_free(self->relay);
  self->relay = NULL;
}

static int relay_gc(lua_State *L) {
  relay_close_object(L, 1);
  return 0;
}

const luaL_Reg relay_methods[] = {
    {"counts", relay_counts_method},
    {"pause", relay_pause_method},
    {"resume", relay_resume_method},
    {NULL, NULL},
};

static const luaL_Reg metamethods[] = {
    {"__close", relay_gc},
    {"__gc", relay_gc},
    {NULL, NULL},
};

void relay_open_class(lua_State *L) {
  class_new(L, RELAY_CLASS, metamethods, relay_methods);
}
