/*
** sim_world.h - a simulated world: many nodes, one thread, virtual time.
**
** Everything follows from the options, the nodes and the schedule of faults: the
** same ones give the same run, event for event, in any process. Times are
** microseconds of virtual time since the run began.
*/

#ifndef HOST_SIM_SIM_WORLD_H
#define HOST_SIM_SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/sim/base/arena_image.h"
#include "host/sim/sim_run.h"

/* What the above are by default: 30 s of each phase, 10 us a
** handler, all events but those of messages kept. */
struct sim_run_options sim_world_defaults(void);

/* A simulation without nodes. The options are copied, the lists of nodes in the
** limits are not. NULL and errno. Only one may run at a time in a process: its
** memory is at fixed addresses. */
struct sim *sim_world_new(const struct sim_run_options *options, const struct sim_program *program);
void sim_world_free(struct sim *self); /* halts what still runs */

/* A node, by a name that is copied. Nodes with the same 'host' (NULL is one too)
** reach each other as localhost and over ipc and inproc. 'ends': the run is over
** when all such nodes have ended. 'restarts': when it fails it is booted again, after
** a while that doubles. Its number, or -1 and errno. */
int sim_world_add_node(struct sim *self, const char *name, const char *host, bool ends,
                       bool restarts);
int sim_world_node_count(const struct sim *self);
const char *sim_world_node_name(const struct sim *self, int node);

/* The lines of a node's standard input, in order of time, then its end; their bytes are not
** copied. Without them it is empty. 0, or -1 and errno. */
int sim_world_set_input(struct sim *self, int node, const struct sim_line *lines, int count);

/* These faults instead of drawn ones; before sim_world_run. -1 and errno. */
int sim_world_set_schedule(struct sim *self, const struct sim_fault *faults, int count);
/* The faults of this run: drawn when all nodes are known. */
const struct sim_fault *sim_world_schedule(struct sim *self, int *count);

const char *sim_world_event_name(enum sim_event_kind kind);

/* Run to the end, once. Programs are halted. */
enum sim_end sim_world_run(struct sim *self);

/* Have a node get a signal that it watches, now; from a program or before. */
void sim_world_signal(struct sim *self, int node, int number);

/* From a program that boots, about its node's memory. It holds what will stay, and pages that hold
** nothing go back to the system, at once or when the world is asked to trim. A copy of it; NULL
*without memory. It is again as it was when the
** copy of this node was made; -1 without memory. */
int sim_world_compact(struct sim *self, int node);
struct arena_image *sim_world_save(const struct sim *self, int node);
int sim_world_restore(struct sim *self, int node, const struct arena_image *image);

/* End the run after the present event; from a program. */
void sim_world_stop(struct sim *self);
/* How many turns have ended, and the program whose turn it is, or NULL. May be called by a handler
** of a signal. */
uint64_t sim_world_turns(const struct sim *self);
void *sim_world_current(const struct sim *self);

/* The exit status of a node that ended; -1 if it did not. */
int sim_world_status(const struct sim *self, int node);

/* The most sockets a node had open at once. */
int sim_world_most_sockets(const struct sim *self, int node);

/* The hash over everything that happened, and the numbers. */
uint64_t sim_world_hash(const struct sim *self);
struct sim_counts sim_world_counts(const struct sim *self);

/* The history in order: the event at '*place', which begins at 0 and is moved
** on; false behind the last. Valid until sim_world_free. */
bool sim_world_next_event(const struct sim *self, size_t *place, struct sim_event *event);

#endif
