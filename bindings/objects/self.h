/*
** self.h - the methods of 'self', and the instance behind each self.
**
** An instance is a table that scripts/node/node.lua builds for the role of a
** node and for each of its parts. C reads only these fields of it:
*/

#ifndef BINDINGS_OBJECTS_SELF_H
#define BINDINGS_OBJECTS_SELF_H

#include <lua.h>

#include <lauxlib.h>

enum {
  INSTANCE_SELF = 1, /* the role's self */
  INSTANCE_ON,       /* its table of handlers, as of now */
  INSTANCE_WAITING,  /* key -> the first task that waits for it, a light userdata */
  INSTANCE_OWNER,    /* of a part: the instance it belongs to */
  INSTANCE_PART,     /* of a part: its name there */
};

/* Push on.<name> of the instance, looked up now, and its self; raises when it
** is no function. Both are stack indices. */
void instance_push_handler(lua_State *L, int instance, int name);

/* Push the instance of the self at 'arg'. */
void self_check(lua_State *L, int arg);

/* The methods every self has. */
extern const luaL_Reg self_methods[];

#endif
