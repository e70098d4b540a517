/*
** arena_image.h - a copy of what an arena holds at a moment, to begin from it again.
**
** Of the first part: nothing may be known to go soon. The copy is good for the arena it is of, at
*the same place: what is in it points to
** itself.
*/

#ifndef HOST_SIM_BASE_ARENA_IMAGE_H
#define HOST_SIM_BASE_ARENA_IMAGE_H

#include <stddef.h>

#include "host/sim/base/arena.h"

struct arena_image;

/* NULL without memory. */
struct arena_image *arena_image_new(const struct arena *arena);
void arena_image_free(struct arena_image *self);

size_t arena_image_size(const struct arena_image *self); /* bytes */

/* Make the arena what it was. -1: without memory, and the arena is as it is. */
int arena_image_restore(const struct arena_image *self, struct arena *arena);

#endif
