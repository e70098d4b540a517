/*
** hash_seed.h - which seed the hash tables of the next Lua state get.
*/

#ifndef BINDINGS_LUA_HASH_SEED_H
#define BINDINGS_LUA_HASH_SEED_H

#include <stdbool.h>

/* The next state made in this thread hashes strings with this seed, so that
** 'pairs' goes through equal tables in an equal order. States made without
** it differ from run to run, as in stock Lua. Without effect where Lua
** isn't part of the program: in the module of a plain lua5.4. */
void hash_seed_next_state(unsigned seed);

/* Does it have an effect here? */
bool hash_seed_is_ours(void);

#endif
