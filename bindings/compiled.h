/*
** compiled.h - a file that was compiled in this process is not compiled again.
**
** Every node has a Lua state of its own, and all of them load the host's own
** scripts; a simulation makes new states thousands of times. What is kept is
** what Lua made of a text that is the same to the byte, in memory, never in a
** file: bytecode from elsewhere is not loaded by anybody. For all threads.
*/

#ifndef BINDINGS_COMPILED_H
#define BINDINGS_COMPILED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lua.h>

/* Push the function that this text is, as a chunk "@path", and return true; or
** push the reason. 'hash' becomes a hash of the text. May raise. */
bool compiled_load(lua_State *L, const char *path, const char *text, size_t size, uint64_t *hash);

#endif
