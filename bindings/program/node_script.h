/*
** node_script.h - makes the script of a node: a Lua state with the loader and the
** host's objects, and the role loaded into it.
*/

#ifndef BINDINGS_PROGRAM_NODE_SCRIPT_H
#define BINDINGS_PROGRAM_NODE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct script;
struct world;

/* A script with its node in this world, its role loaded and checked and nothing opened, from an
 *entry
 ** as bindings/lua/values.c packs it: { role =, name =, strict =, ... } (see
 *scripts/node/node.lua).
 ** NULL on failure, with the reason in 'reason', which is cut to 'room', and whether the user is at
 ** fault in 'usage'. */
struct script *node_script_load(struct world *world, const char *entry, size_t size, char *reason,
                                size_t room, bool *usage);

/* Open what its role declares; false on failure, with the reason: then the script is freed. */
bool node_script_build(struct script *script, char *reason, size_t room);

/* Both. */
struct script *node_script_new(struct world *world, const char *entry, size_t size, char *reason,
                               size_t room, bool *usage);

#endif
