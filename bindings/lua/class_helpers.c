/*
** class_helpers.c - see class_helpers.h.
*/

#include "bindings/lua/class_helpers.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <zmq.h>

void class_new(lua_State *L, const char *name, const luaL_Reg *metamethods,
               const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  luaL_setfuncs(L, metamethods, 0);
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable"); /* a script can't take a class apart */
  lua_pop(L, 1);
}

/* The errors that libzmq adds to errno's, and those whose text is unclear. */
struct error {
  int number;
  const char *symbol;
  const char *text;
};

static const struct error errors[] = {
    {EFSM, "EFSM", "not this socket's turn: a request and its reply alternate"},
    {ENOCOMPATPROTO, "ENOCOMPATPROTO", "this socket type does not speak that transport"},
    {ETERM, "ETERM", "the context has ended"},
    {EMTHREAD, "EMTHREAD", "no I/O thread for this"},
    {EADDRINUSE, "EADDRINUSE", "address already in use"},
    {EHOSTUNREACH, "EHOSTUNREACH", "unreachable"},
    {EMFILE, "EMFILE", "too many open sockets or files"},
    {ENODEV, "ENODEV", "no such network interface or address"},
};

static const struct error *find(int number) {
  for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
    if (errors[i].number == number) return &errors[i];
  }
  return NULL;
}

const char *class_error_text(int error) {
  const struct error *known = find(error);
  const char *text = known != NULL ? known->text : strerrordesc_np(error);
  return text != NULL ? text : "unknown error";
}

const char *class_error_symbol(int error) {
  const struct error *known = find(error);
  const char *symbol = known != NULL ? known->symbol : strerrorname_np(error);
  return symbol != NULL ? symbol : "?";
}

int class_push_errno(lua_State *L, int error) {
  lua_pushnil(L);
  lua_pushstring(L, class_error_text(error));
  lua_pushstring(L, class_error_symbol(error));
  return 3;
}

int class_push_reason(lua_State *L, const char *reason) {
  lua_pushnil(L);
  lua_pushstring(L, reason);
  return 2;
}
