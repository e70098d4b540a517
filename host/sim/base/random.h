/*
** random.h - repeatable chance: xoshiro256**, one stream a purpose.
**
** Streams of one seed are independent: drawing from one never shifts another,
** so a node that asks for one number more does not move the faults.
*/

#ifndef HOST_SIM_BASE_RANDOM_H
#define HOST_SIM_BASE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
  uint64_t state[4];
};

void random_seed(struct random *self, uint64_t seed, uint64_t stream);
uint64_t random_next(struct random *self);

/* A number from 'least' to 'most', both included; 'least' if there is no more. */
int64_t random_between(struct random *self, int64_t least, int64_t most);

/* True in 'percent' of cases. */
bool random_chance(struct random *self, int percent);

#endif
