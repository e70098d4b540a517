/*
** instance.c - see instance.h.
*/

#include "bindings/objects/instance.h"

#include <lauxlib.h>

void instance_push_handler(lua_State *L, int instance, int name) {
  lua_rawgeti(L, instance, INSTANCE_ON);
  lua_pushvalue(L, name);
  if (lua_rawget(L, -2) != LUA_TFUNCTION) {
    luaL_error(L, "on.%s is a %s, not a function", lua_tostring(L, name), luaL_typename(L, -1));
  }
  lua_replace(L, -2);
  lua_rawgeti(L, instance, INSTANCE_SELF);
}

void instance_push_place(lua_State *L, int instance, int name) {
  lua_Debug frame;
  const char *text = lua_tostring(L, name);
  lua_rawgeti(L, instance, INSTANCE_ON);
  lua_pushvalue(L, name);
  lua_rawget(L, -2);
  if (lua_isfunction(L, -1) && !lua_iscfunction(L, -1)) {
    lua_getinfo(L, ">S", &frame);
    lua_pushfstring(L, "%s:%d: on.%s", frame.short_src, frame.linedefined, text);
  } else {
    lua_pop(L, 1);
    lua_pushfstring(L, "on.%s", text);
  }
  lua_replace(L, -2);
}
