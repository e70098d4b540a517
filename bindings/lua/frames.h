/*
** frames.h - the frames of a message: Lua strings on one side, zmq_msg_t on
** the other.
**
** A large string is not copied on its way out but lent: the message points into
** the Lua string, which is kept until libzmq, on a thread of its own, has done
** with it.
*/

#ifndef BINDINGS_LUA_FRAMES_H
#define BINDINGS_LUA_FRAMES_H

#include <stdbool.h>

#include <lua.h>

#include "host/core/world.h"

struct loans;

/* The strings a state has lent. NULL when memory is short. */
struct loans *loans_new(void);
void loans_free(struct loans *self); /* when nothing is lent any more */
bool loans_outstanding(struct loans *self);

/* Raise unless the values from 'first' to the top are 1 to WORLD_MAX_FRAMES
** strings. */
void frames_check(lua_State *L, int first);

/* Put those strings into 'frames', which is cleared before; large ones are lent, unless
** 'loans' is NULL. Raises when memory is short. */
void frames_from_lua(lua_State *L, int first, struct frames *frames, struct loans *loans);

/* Push every frame as a string and clear 'frames'. Returns their number. */
int frames_to_lua(lua_State *L, struct frames *frames);

#endif
