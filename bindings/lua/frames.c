/*
** frames.c - see frames.h.
*/

#include "bindings/lua/frames.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

enum { LEND_FROM = 8192 }; /* bytes; below that a copy is cheaper */

/* One string lent to one message. */
struct loan {
  struct loans *owner;
  int reference; /* keeps the string, in the registry */
  struct loan *next;
};

struct loans {
  _Atomic(struct loan *) returned; /* pushed by any thread, taken whole by ours */
  int lent;                        /* not yet taken back; only our thread counts */
};

struct loans *loans_new(void) {
  return calloc(1, sizeof(struct loans));
}

/* libzmq's thread has done with the string. */
static void give_back(void *data, void *hint) {
  (void)data;
  struct loan *loan = hint;
  struct loan *first = atomic_load_explicit(&loan->owner->returned, memory_order_relaxed);
  do {
    loan->next = first;
  } while (!atomic_compare_exchange_weak_explicit(&loan->owner->returned, &first, loan,
                                                  memory_order_release, memory_order_relaxed));
}

/* Let go of the strings that have come back. */
static void collect(lua_State *L, struct loans *self) {
  struct loan *loan = atomic_exchange_explicit(&self->returned, NULL, memory_order_acquire);
  while (loan != NULL) {
    struct loan *next = loan->next;
    if (L != NULL) luaL_unref(L, LUA_REGISTRYINDEX, loan->reference);
    free(loan);
    self->lent--;
    loan = next;
  }
}

void loans_free(struct loans *self) {
  collect(NULL, self);
  free(self);
}

bool loans_outstanding(struct loans *self) {
  collect(NULL, self); /* the state is about to go, and its registry with it */
  return self->lent > 0;
}

static bool lend(lua_State *L, int index, zmq_msg_t *frame, const char *text, size_t size,
                 struct loans *loans) {
  collect(L, loans);
  luaL_checkstack(L, 4, "message");
  lua_pushvalue(L, index);
  int reference = luaL_ref(L, LUA_REGISTRYINDEX);
  struct loan *loan = malloc(sizeof *loan);
  if (loan != NULL) {
    *loan = (struct loan){.owner = loans, .reference = reference};
    if (zmq_msg_init_data(frame, (void *)text, size, give_back, loan) == 0) {
      loans->lent++;
      return true;
    }
  }
  free(loan);
  luaL_unref(L, LUA_REGISTRYINDEX, reference);
  return false;
}

static bool copy(zmq_msg_t *frame, const char *text, size_t size) {
  if (zmq_msg_init_size(frame, size) != 0) return false;
  memcpy(zmq_msg_data(frame), text, size);
  return true;
}

void frames_check(lua_State *L, int first) {
  int top = lua_gettop(L);
  int count = top - first + 1;
  if (count < 1) luaL_error(L, "a message needs at least one frame");
  if (count > WORLD_MAX_FRAMES) {
    luaL_error(L, "a message has at most %d frames, not %d", (int)WORLD_MAX_FRAMES, count);
  }
  for (int i = first; i <= top; i++) {
    if (lua_type(L, i) == LUA_TSTRING) continue;
    luaL_error(L, "frame %d is a %s, not a string", i - first + 1, luaL_typename(L, i));
  }
}

void frames_from_lua(lua_State *L, int first, struct frames *frames, struct loans *loans) {
  int top = lua_gettop(L);
  frames_clear(frames);
  for (int i = first; i <= top; i++) {
    size_t size;
    const char *text = lua_tolstring(L, i, &size);
    zmq_msg_t *frame = &frames->frame[frames->count];
    bool filled = loans != NULL && size >= LEND_FROM ? lend(L, i, frame, text, size, loans)
                                                     : copy(frame, text, size);
    if (!filled) luaL_error(L, "not enough memory for a frame of %d bytes", (int)size);
    frames->count++;
  }
}

int frames_to_lua(lua_State *L, struct frames *frames) {
  int count = frames->count;
  if (count > 1) luaL_checkstack(L, count, "too many frames");
  for (int i = 0; i < count; i++) {
    zmq_msg_t *frame = &frames->frame[i];
    lua_pushlstring(L, zmq_msg_data(frame), zmq_msg_size(frame));
  }
  frames_clear(frames);
  return count;
}
