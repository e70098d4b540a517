/*
** pool.c - the pool of memory for specs. The sanitized program does without it, so
** here is one of our own, as it is in the released program.
*/

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#define POOL_UNDER_TEST
#define memory_pool_allocate tested_allocate
#define memory_pool_free tested_free
#include "host/real/os/memory_pool.c" /* NOLINT(bugprone-suspicious-include) */

#include "spec/host/host.h"

enum { BLOCKS = 300, LARGEST = 1200 };

static struct {
  unsigned char *bytes;
  size_t size;
} blocks[BLOCKS];

static bool holds(int i, size_t size) {
  for (size_t at = 0; at < size; at++) {
    if (blocks[i].bytes[at] != (unsigned char)i) return false;
  }
  return true;
}

/* Give a block another size; 0: none. What is wrong then, or NULL. */
static const char *change(struct memory_pool *pool, int i, size_t size) {
  size_t old_size = blocks[i].size, kept = size < old_size ? size : old_size;
  if (old_size > 0 && !holds(i, old_size)) return "somebody wrote into a block";
  if (old_size == 0 && size == 0) return NULL;
  unsigned char *moved =
      tested_allocate(pool, old_size > 0 ? blocks[i].bytes : NULL, old_size, size);
  if ((moved == NULL) != (size == 0)) return "no memory";
  if ((uintptr_t)moved % POOL_STEP != 0) return "a block is out of line";
  blocks[i].bytes = moved;
  blocks[i].size = size;
  if (!holds(i, kept)) return "a block has lost its bytes";
  if (size > 0) memset(moved, i, size);
  return NULL;
}

static const char *steps(struct memory_pool *pool, lua_Integer count) {
  unsigned seed = 1;
  const char *wrong = NULL;
  while (count-- > 0 && wrong == NULL) {
    size_t size = rand_r(&seed) % 3 == 0 ? 0 : (size_t)rand_r(&seed) % LARGEST;
    wrong = change(pool, rand_r(&seed) % BLOCKS, size);
  }
  for (int i = 0; i < BLOCKS && wrong == NULL; i++) wrong = change(pool, i, 0);
  return wrong;
}

static int chunks_of(const struct memory_pool *pool) {
  int count = 0;
  for (struct pool_chunk *chunk = pool->chunks; chunk != NULL; chunk = chunk->next) count++;
  return count;
}

int host_pool(lua_State *L) {
  struct memory_pool pool = {0};
  lua_Integer count = luaL_checkinteger(L, 1);
  const char *wrong = steps(&pool, count);
  int chunks = chunks_of(&pool);
  if (wrong == NULL) wrong = steps(&pool, count);
  if (wrong == NULL && chunks_of(&pool) != chunks) wrong = "what was given back is not used again";
  tested_free(&pool);
  return wrong == NULL ? 0 : luaL_error(L, "%s", wrong);
}
