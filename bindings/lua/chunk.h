/*
** chunk.h - the code of a file, compiled once for all Lua states of the process.
**
** Every node has a Lua state of its own, into which the host's scripts and its
** role's files are loaded; a simulation makes thousands of states. What is kept
** is what Lua makes of a text that is the same to the byte, in memory only: no
** bytecode from elsewhere is ever loaded. For all threads.
*/

#ifndef BINDINGS_LUA_CHUNK_H
#define BINDINGS_LUA_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lua.h>

/* Push the function that this text is, as a chunk named "@path", and return true;
** or push the reason. 'hash' becomes a hash of the text. What happens in the state
** is the same whether or not the text was met before: a simulated node can't tell
** which run of the process it belongs to. May raise. */
bool chunk_load(lua_State *L, const char *path, const char *text, size_t size, uint64_t *hash);

/* A hash of a text, as chunk_load tells it. */
uint64_t chunk_hash(const char *text, size_t size);

#endif
