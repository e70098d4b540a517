/*
** boot_images.h - simulated nodes as they are when their role is loaded, so that the next boot need
** not load it again.
**
** What a boot makes of the same files depends on the node's number, its entry and its hash seed
** only, so a copy of its memory is as good as the boot. Unless the role's file asks for time or
** chance when it is loaded, or for what is outside the simulation: such nodes load each time.
**
** Kept only as long as the texts of files are (bindings/load/file_cache.h), and for runs of few
** nodes.
*/

#ifndef BINDINGS_PROGRAM_BOOT_IMAGES_H
#define BINDINGS_PROGRAM_BOOT_IMAGES_H

#include <stddef.h>

struct script;
struct sim;
struct world;

/* The script of a node that boots, from what was kept; NULL: there is nothing that fits. */
struct script *boot_images_find(struct sim *sim, int node, struct world *world, const char *entry,
                                size_t size);

/* Keep the node's memory, in which its script has just been loaded, if it may be used again and
** there is room for it. */
void boot_images_keep(struct sim *sim, int node, struct script *script, const char *entry,
                      size_t size);

#endif
