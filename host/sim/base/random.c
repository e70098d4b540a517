/*
** random.c - see random.h.
*/

#include "host/sim/base/random.h"

/* splitmix64: spreads a seed over the state, as the generator's authors advise. */
static uint64_t spread(uint64_t *seed) {
  uint64_t value = (*seed += 0x9e3779b97f4a7c15u);
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

void random_seed(struct random *self, uint64_t seed, uint64_t stream) {
  uint64_t mixed = spread(&seed) ^ (stream * 0xd1342543de82ef95u);
  for (int i = 0; i < 4; i++) self->state[i] = spread(&mixed);
}

static uint64_t rotate(uint64_t value, int by) {
  return (value << by) | (value >> (64 - by));
}

uint64_t random_next(struct random *self) {
  uint64_t *s = self->state;
  uint64_t result = rotate(s[1] * 5, 7) * 9;
  uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = rotate(s[3], 45);
  return result;
}

int64_t random_between(struct random *self, int64_t least, int64_t most) {
  if (most <= least) return least;
  uint64_t width = (uint64_t)(most - least) + 1;
  return least + (int64_t)(((unsigned __int128)random_next(self) * width) >> 64);
}

bool random_chance(struct random *self, int percent) {
  return random_between(self, 0, 99) < percent;
}
