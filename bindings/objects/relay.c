/*
** relay.c - see relay.h. The two sockets and a table of those that capture are
** user values, so that the host's relay never outlives them.
*/

#include "bindings/objects/relay.h"

#include <errno.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/objects/lua_socket.h"
#include "host/core/relay.h"

#define RELAY_CLASS "Relay"

struct lua_relay {
  struct relay *relay; /* NULL once closed */
};

enum { RELAY_FRONT = 1, RELAY_BACK, RELAY_CAPTURE }; /* user values */

static struct relay *check_open(lua_State *L) {
  struct lua_relay *self = luaL_checkudata(L, 1, RELAY_CLASS);
  luaL_argcheck(L, self->relay != NULL, 1, "relay is closed");
  return self->relay;
}

int relay_new_object(lua_State *L) {
  struct socket *front = &lua_socket_check(L, 1)->socket;
  struct socket *back = &lua_socket_check(L, 2)->socket;
  lua_settop(L, 2);
  struct lua_relay *self = lua_newuserdatauv(L, sizeof *self, RELAY_CAPTURE);
  self->relay = NULL;
  luaL_setmetatable(L, RELAY_CLASS);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, 3, RELAY_FRONT);
  lua_pushvalue(L, 2);
  lua_setiuservalue(L, 3, RELAY_BACK);
  lua_newtable(L);
  lua_setiuservalue(L, 3, RELAY_CAPTURE);
  self->relay = relay_new(front, back);
  if (self->relay == NULL) return luaL_error(L, "not enough memory");
  return 1;
}

/* Let the relay at index 1 hold the socket at index 2, or no longer. */
static void hold_capture(lua_State *L, bool on) {
  lua_getiuservalue(L, 1, RELAY_CAPTURE);
  lua_pushvalue(L, 2);
  if (on) {
    lua_pushboolean(L, 1);
  } else {
    lua_pushnil(L);
  }
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

int relay_capture_object(lua_State *L) {
  struct relay *relay = check_open(L);
  struct socket *capture = &lua_socket_check(L, 2)->socket;
  hold_capture(L, true); /* first, since it may raise */
  if (relay_capture(relay, capture) != 0) {
    bool is_memory = errno == ENOMEM;
    hold_capture(L, false);
    if (is_memory) return luaL_error(L, "not enough memory");
    return class_push_reason(L, "it has as many taps as it may have");
  }
  lua_pushboolean(L, 1);
  return 1;
}

int relay_release_object(lua_State *L) {
  struct lua_relay *self = luaL_checkudata(L, 1, RELAY_CLASS);
  struct socket *capture = &lua_socket_check(L, 2)->socket;
  lua_pushinteger(L, self->relay == NULL ? 0 : (lua_Integer)relay_release(self->relay, capture));
  hold_capture(L, false);
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
