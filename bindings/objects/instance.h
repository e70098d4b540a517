/*
** instance.h - the table behind each self, which scripts/node/node.lua builds for the
** role of a node and for each of its parts. C reads only these fields of it.
*/

#ifndef BINDINGS_OBJECTS_INSTANCE_H
#define BINDINGS_OBJECTS_INSTANCE_H

#include <lua.h>

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

/* Push "file:line: on.name" of this handler: where the function is defined. */
void instance_push_place(lua_State *L, int instance, int name);

#endif
