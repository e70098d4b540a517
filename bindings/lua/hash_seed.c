/*
** hash_seed.c - chooses the hash seed of a new Lua state.
**
** Lua makes up the seed in lua_newstate, from addresses and the time, and has
** no function to set it. But it mixes these by luaS_hash, and in lstate.o that
** is the only use of the name; the string table's own calls never leave
** lstring.o. So the program is linked with --wrap=luaS_hash, which leads just
** this one call to the wrapper below. Anything it was not asked to change is
** Lua's own doing.
*/

#include "bindings/lua/hash_seed.h"

#include <stddef.h>

/* The linker's names, and Lua's own signature. The original is weak because
** in the module nothing is wrapped, and nothing calls the wrapper. */
unsigned __wrap_luaS_hash(const char *text, size_t size, unsigned seed);
unsigned __real_luaS_hash(const char *text, size_t size, unsigned seed) __attribute__((weak));

static _Thread_local struct {
  bool chosen;
  unsigned seed;
} next;

void hash_seed_next_state(unsigned seed) {
  next.chosen = true;
  next.seed = seed;
}

bool hash_seed_is_ours(void) {
  return __real_luaS_hash != NULL;
}

/* 'used': link-time optimisation, where it is on, doesn't see the linker's renaming. */
__attribute__((used)) unsigned __wrap_luaS_hash(const char *text, size_t size, unsigned seed) {
  if (!next.chosen) return __real_luaS_hash(text, size, seed);
  next.chosen = false;
  return next.seed;
}
