/*
** socket_options.c - see socket_options.h. Options come first,
** since most take effect at a bind or connect, then endpoints.
**
** A declaration is what a script writes, { type, bind =, connect =, subscribe =,
** option = value, ... }; scripts/role/declare.lua has checked those of a role's
** table, those of self:open come as they are.
*/

#include "bindings/objects/socket_options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "bindings/lua/class_helpers.h"
#include "bindings/objects/connections.h"
#include "bindings/objects/lua_socket.h"
#include "host/core/socket_options.h"

/* Keys that are no options of libzmq. */
static bool is_own_key(const char *key) {
  static const char *const keys[] = {"bind", "connect", "events", "parallel", "when", NULL};
  for (int i = 0; keys[i] != NULL; i++) {
    if (strcmp(key, keys[i]) == 0) return true;
  }
  return false;
}

/* nil, "cannot <verb> <object>: <reason>", code. Returns false. */
static bool fail(lua_State *L, int error, const char *verb, const char *object) {
  bool is_virtual = script_of(L)->node.world->is_virtual;
  const char *why =
      is_virtual && error == EPROTONOSUPPORT ? "not simulated" : class_error_text(error);
  lua_pushnil(L);
  lua_pushfstring(L, "cannot %s %s: %s", verb, object, why);
  lua_pushstring(L, class_error_symbol(error));
  return false;
}

static int set_integer(lua_State *L, struct lua_socket *self, const struct sockopt *option,
                       int value) {
  const struct world_functions *world = self->socket.node->world->functions;
  int success = lua_isboolean(L, value);
  lua_Integer number = success ? lua_toboolean(L, value) : lua_tointegerx(L, value, &success);
  if (!success) luaL_error(L, "socket option '%s' takes an integer", option->name);
  if (option->kind == SOCKOPT_LONG) {
    int64_t wide = number;
    return world->set(self->socket.world, option->option, &wide, sizeof wide);
  }
  if (number < INT_MIN || number > INT_MAX) {
    errno = EINVAL;
    return -1;
  }
  int narrow = (int)number;
  return world->set(self->socket.world, option->option, &narrow, sizeof narrow);
}

static int set_string(lua_State *L, struct lua_socket *self, int option, const char *name,
                      int value) {
  if (lua_type(L, value) != LUA_TSTRING) {
    luaL_error(L, "socket option '%s' takes a string", name);
  }
  size_t size;
  const char *text = lua_tolstring(L, value, &size);
  return self->socket.node->world->functions->set(self->socket.world, option, text, size);
}

static bool is_on(lua_State *L, int value) {
  return lua_isboolean(L, value) ? lua_toboolean(L, value) : lua_tointeger(L, value) != 0;
}

/* Without a ZAP handler libzmq admits every key and every password. */
static bool needs_zap(lua_State *L, const struct sockopt *option, int value) {
  bool secures =
      option != NULL && (option->option == ZMQ_CURVE_SERVER || option->option == ZMQ_PLAIN_SERVER);
  return secures && is_on(L, value);
}

bool socket_options_set(lua_State *L, struct lua_socket *self, const char *name, int value) {
  int status;
  value = lua_absindex(L, value);
  const struct sockopt *option = sockopt_find(name);
  if (strcmp(name, "subscribe") == 0) {
    status = set_string(L, self, ZMQ_SUBSCRIBE, name, value);
  } else if (strcmp(name, "unsubscribe") == 0) {
    status = set_string(L, self, ZMQ_UNSUBSCRIBE, name, value);
  } else if (option == NULL) {
    return luaL_error(L, "there is no socket option '%s'", name);
  } else if (needs_zap(L, option, value)) {
    lua_pushnil(L);
    lua_pushfstring(L,
                    "cannot set %s: without a ZAP handler, which Sloop does not have yet, every "
                    "client would be admitted",
                    name);
    lua_pushliteral(L, "EOPNOTSUPP");
    return false;
  } else if (option->kind == SOCKOPT_STRING || option->kind == SOCKOPT_BINARY) {
    status = set_string(L, self, option->option, name, value);
  } else {
    status = set_integer(L, self, option, value);
  }
  if (status != 0) return fail(L, errno, "set", name);
  if (option != NULL && option->option == ZMQ_CONFLATE) {
    self->socket.conflates = is_on(L, value);
  }
  return true;
}

void socket_options_show_endpoints(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_getiuservalue(L, index, SOCKET_FIELDS);
  lua_getiuservalue(L, index, SOCKET_ENDPOINTS);
  if (lua_istable(L, -1)) {
    lua_rawgeti(L, -1, 1);
    lua_setfield(L, -3, "endpoint");
  }
  lua_setfield(L, -2, "endpoints");
  lua_pop(L, 1);
}

bool socket_options_bind(lua_State *L, int index, const char *endpoint) {
  struct lua_socket *self = lua_touserdata(L, index);
  char actual[WORLD_ENDPOINT_SIZE];
  const struct world_functions *world = self->socket.node->world->functions;
  if (world->bind(self->socket.world, endpoint, actual, sizeof actual) != 0) {
    return fail(L, errno, "bind", endpoint);
  }
  lua_getiuservalue(L, index, SOCKET_ENDPOINTS);
  lua_pushstring(L, actual);
  lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
  lua_pop(L, 1);
  socket_options_show_endpoints(L, index);
  return true;
}

bool socket_options_connect(lua_State *L, int index, const char *endpoint) {
  struct lua_socket *self = lua_touserdata(L, index);
  const struct world_functions *world = self->socket.node->world->functions;
  if (world->connect(self->socket.world, endpoint) == 0) return true;
  if (errno == ENOTSUP) { /* see inproc_names.c of the real world */
    lua_pushnil(L);
    lua_pushfstring(L, "cannot connect %s: with 'conflate' an inproc name must be bound before",
                    endpoint);
    lua_pushliteral(L, "EOPNOTSUPP");
    return false;
  }
  return fail(L, errno, "connect", endpoint);
}

static bool subscribe_one(lua_State *L, int index, const char *prefix) {
  (void)prefix; /* it may hold zeros: the value on the stack is what counts */
  return socket_options_set(L, lua_touserdata(L, index), "subscribe", -1);
}

/* For each string of the field, which is a string or a list: act. */
static bool for_each(lua_State *L, int index, int declaration, const char *field,
                     bool (*act)(lua_State *L, int index, const char *text)) {
  int top = lua_gettop(L);
  int type = lua_getfield(L, declaration, field);
  if (type == LUA_TSTRING) {
    if (!act(L, index, lua_tostring(L, -1))) return false;
  } else if (type == LUA_TTABLE) {
    lua_Integer count = luaL_len(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
      if (lua_rawgeti(L, top + 1, i) != LUA_TSTRING)
        luaL_error(L, "'%s' is a list of strings", field);
      if (!act(L, index, lua_tostring(L, -1))) return false;
      lua_settop(L, top + 1);
    }
  } else if (type != LUA_TNIL) {
    luaL_error(L, "'%s' is a string or a list of strings", field);
  }
  lua_settop(L, top);
  return true;
}

static bool set_options(lua_State *L, struct lua_socket *self, int declaration) {
  for (lua_pushnil(L); lua_next(L, declaration) != 0;) {
    if (lua_type(L, -2) == LUA_TSTRING) {
      const char *key = lua_tostring(L, -2);
      bool is_option = !is_own_key(key) && strcmp(key, "subscribe") != 0;
      if (is_option && !socket_options_set(L, self, key, -1)) return false;
    }
    lua_pop(L, 1);
  }
  return true;
}

static int type_of(lua_State *L, int declaration) {
  if (lua_rawgeti(L, declaration, 1) != LUA_TSTRING) {
    luaL_error(L, "a socket's first value is its type, such as \"dealer\"");
  }
  const struct socket_type *type = socket_type_find(lua_tostring(L, -1));
  if (type == NULL) luaL_error(L, "there is no socket type '%s'", lua_tostring(L, -1));
  lua_pop(L, 1);
  return type->type;
}

/* Keep nil, reason, code; close what was half opened. */
static bool give_up(struct lua_socket *self) {
  socket_close(&self->socket);
  return false;
}

bool socket_options_open(lua_State *L, int index) {
  struct lua_socket *self = lua_socket_check(L, index);
  index = lua_absindex(L, index);
  lua_getiuservalue(L, index, SOCKET_DECLARATION);
  int declaration = lua_gettop(L);
  int type = type_of(L, declaration);
  lua_newtable(L);
  lua_setiuservalue(L, index, SOCKET_ENDPOINTS);
  socket_options_show_endpoints(L, index);
  if (socket_open(&self->socket, type) != 0) {
    return fail(L, errno, "open a", socket_type_name(type));
  }
  if (!set_options(L, self, declaration)) return give_up(self);
  if (!for_each(L, index, declaration, "subscribe", subscribe_one)) return give_up(self);
  bool wanted = lua_getiuservalue(L, index, SOCKET_EVENTS) != LUA_TNIL;
  if (connections_begin(L, index, declaration) || wanted) {
    if (self->socket.node->world->functions->monitor(self->socket.world) != 0 && wanted) {
      fail(L, errno, "watch the connections of", socket_type_name(type));
      return give_up(self);
    }
  }
  lua_pop(L, 1);
  if (!for_each(L, index, declaration, "bind", socket_options_bind)) return give_up(self);
  if (!for_each(L, index, declaration, "connect", socket_options_connect)) return give_up(self);
  lua_settop(L, declaration - 1);
  return true;
}
