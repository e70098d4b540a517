/*
** sim_input.h - the standard input of a simulated node: lines that the run was given.
**
** A node that is booted again goes on with the line behind the last one it took.
*/

#ifndef HOST_SIM_SIM_INPUT_H
#define HOST_SIM_SIM_INPUT_H

#include "host/core/timers.h"
#include "host/core/world.h"
#include "host/sim/net/sim_host.h"
#include "host/sim/sim_run.h"

struct sim_input {
  struct world_input base; /* first */
  struct sim_host *host;
  struct sim_line *lines; /* copied, but for their bytes; NULL: none */
  int count, place;
  bool open;
  bool is_news;      /* there may be a line, which the node is told in its next turn */
  struct timer next; /* the time of the next line */
};

void sim_input_init(struct sim_input *self, struct sim_host *host);
void sim_input_free(struct sim_input *self);

/* 0, or -1 and ENOMEM. */
int sim_input_set(struct sim_input *self, const struct sim_line *lines, int count);

/* As world_functions.open_input. */
struct world_input *sim_input_open(struct sim_input *self);

/* Tell the node, in its turn, what is new. */
void sim_input_tell(struct sim_input *self);

#endif
