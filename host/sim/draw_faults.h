/*
** draw_faults.h - draws the faults of a run from its seed.
**
** Each kind has a stream of chance of its own, so that forbidding one leaves the
** others where they were.
*/

#ifndef HOST_SIM_DRAW_FAULTS_H
#define HOST_SIM_DRAW_FAULTS_H

struct sim;

/* Once all nodes are known; nothing if a schedule was given. */
void draw_faults(struct sim *sim);

#endif
