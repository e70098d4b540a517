/*
** boot_images.c - see boot_images.h.
*/

#include "bindings/program/boot_images.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#include "bindings/load/file_cache.h"
#include "bindings/load/script_globals.h"
#include "bindings/task/script.h"
#include "host/sim/sim_world.h"

static const size_t MOST = 64 << 20; /* bytes, of all images */

struct image {
  struct image *next;
  struct script *script; /* where it is in the node's memory */
  struct arena_image *memory;
  unsigned hash_seed;
  size_t size;
  char entry[];
};

static struct image *images[SIM_FEW_NODES];
static size_t total;
static uint64_t period; /* of the files they were made from */

static void forget_all(void) {
  for (int i = 0; i < SIM_FEW_NODES; i++) {
    while (images[i] != NULL) {
      struct image *image = images[i];
      images[i] = image->next;
      arena_image_free(image->memory);
      free(image);
    }
  }
  total = 0;
}

/* May images be used and kept in this run? */
static bool are_good(struct sim *sim) {
  if (period != file_cache_period()) forget_all();
  period = file_cache_period();
  return period != 0 && sim_world_node_count(sim) <= SIM_FEW_NODES;
}

struct script *boot_images_find(struct sim *sim, int node, struct world *world, const char *entry,
                                size_t size) {
  if (!are_good(sim)) return NULL;
  unsigned hash_seed = world->functions->hash_seed(world);
  struct image *image = images[node];
  while (image != NULL && (image->hash_seed != hash_seed || image->size != size ||
                           memcmp(image->entry, entry, size) != 0)) {
    image = image->next;
  }
  if (image == NULL || sim_world_restore(sim, node, image->memory) != 0) return NULL;
  script_move(image->script, world);
  script_globals_seed(image->script->L);
  return image->script;
}

/* Has a module in C been loaded? What is its own is not in the node's memory. */
static bool has_modules_in_c(lua_State *L) {
  bool has = lua_getfield(L, LUA_REGISTRYINDEX, "_CLIBS") == LUA_TTABLE;
  lua_pushnil(L);
  has = has && lua_next(L, -2) != 0;
  lua_settop(L, 0);
  return has;
}

void boot_images_keep(struct sim *sim, int node, struct script *script, const char *entry,
                      size_t size) {
  lua_State *L = script->L;
  if (!are_good(sim) || script->looks_out || script_globals_has_drawn(L) || has_modules_in_c(L)) {
    return;
  }
  struct image *image = malloc(sizeof *image + size);
  if (image == NULL) return;
  struct world *world = script->node.world;
  *image = (struct image){.next = images[node],
                          .script = script,
                          .memory = sim_world_save(sim, node),
                          .hash_seed = world->functions->hash_seed(world),
                          .size = size};
  memcpy(image->entry, entry, size);
  if (image->memory == NULL || total + arena_image_size(image->memory) > MOST) {
    if (image->memory != NULL) arena_image_free(image->memory);
    free(image);
    return;
  }
  total += arena_image_size(image->memory);
  images[node] = image;
}
