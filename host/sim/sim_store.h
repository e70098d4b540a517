/*
** sim_store.h - the stores of a simulated node, on its simulated disk.
**
** A commit takes from one to 200 ms, longer or for nothing while a fault holds the disk. A
** crash keeps the whole of a commit under way, or nothing of it; what was in none is lost.
*/

#ifndef HOST_SIM_SIM_STORE_H
#define HOST_SIM_SIM_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/world.h"
#include "host/sim/base/disk.h"
#include "host/sim/base/random.h"
#include "host/sim/net/sim_host.h"

/* The disk of a node, and what faults do to it. */
struct sim_disk {
  struct network *network; /* its clock */
  const char *node;        /* the node's name */
  struct sim_host *host;
  struct disk disk;
  struct random random; /* how long commits take, and what a crash keeps of them */
  int failures;         /* faults for which commits fail now */
  int64_t delay;        /* what they take longer at most, us */
  bool crashed;         /* stores are closed as by a crash */
};

/* As world_functions.open_store has it: what is before the last '/' of the path is no part
** of the name. */
struct world_store *sim_store_open(struct sim_disk *disk, const char *path, char *reason);

#endif
