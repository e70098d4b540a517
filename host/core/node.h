/*
** node.h - a node: its sockets, timers and tasks, and its life from start to
** end.
**
** A node decides the order of things: which socket is read when, when timers run, how
** an end goes. It knows a script only as the struct of functions in script.h.
*/

#ifndef HOST_CORE_NODE_H
#define HOST_CORE_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/node_callbacks.h"
#include "host/core/readiness.h"
#include "host/core/timers.h"

enum { NODE_GRACE_MS = 3000 }; /* from a stop to the end, unless the script set another */

enum node_phase {
  NODE_NEW,      /* made, and not yet served */
  NODE_STARTING, /* 'init' runs; handlers are not called yet */
  NODE_RUNNING,
  NODE_STOPPING, /* 'stop' runs; everything is still read */
  NODE_ENDED,    /* closed, and the world has been told */
};

enum node_stage { STAGE_SOCKETS, STAGE_TASKS, STAGE_TIMERS };

/* What is not to be done in the middle of an event. */
struct node_work {
  struct list link;
  void (*run)(struct node_work *self); /* called out of the list; may add it again */
};

struct node {
  struct world *world;
  const struct script_functions *functions;
  struct script *script;
  enum node_phase phase;
  enum node_stage stage;
  bool waits;                    /* not to be served before node_begin */
  bool computing;                /* between two slices of an event: nothing else may run */
  bool cut;                      /* the grace time ended before 'stop' did */
  bool finishing;                /* nothing is left to wait for: end after this turn */
  int status;                    /* the exit status, once stopping */
  void (*on_running)(void *arg); /* 'init' is done; NULL: not reported */
  void *on_running_arg;
  struct timers timers;
  struct timer grace_timer;
  struct readiness sockets;
  struct list work;   /* struct node_work, for between two events */
  uint64_t limit;     /* as many runs as this turn may reach */
  uint64_t guarded;   /* runs when the guards were last asked */
  int64_t noticed;    /* when the timers now due were seen to be so; 0: none are */
  int64_t heard;      /* when a message last came while they waited */
  int64_t held_until; /* they wait until then; 0: they don't */
  int64_t waking;     /* the deadline the world knows of */
};

/* How a world serves a node. */
extern const struct world_user node_user;

/* A node in this world, which must be given 'node_user' and this node. */
void node_init(struct node *self, struct world *world, const struct script_functions *functions,
               struct script *script);
void node_free(struct node *self); /* after its sockets are closed */

/* Close every socket that is still open: one would keep the context from ending. */
void node_close_sockets(struct node *self);

int64_t node_now(struct node *self);              /* us */
int64_t node_after(struct node *self, double ms); /* the deadline that is so far away */

/* May the present turn run one more handler? Each run is counted by
** node_count_run, before it begins. */
static inline bool node_may_run(const struct node *self) {
  return self->world->runs < self->limit && !self->computing;
}
static inline void node_count_run(struct node *self) {
  self->world->runs++;
}

/* Have a turn soon: a task was woken, say. */
static inline void node_schedule(struct node *self) {
  readiness_schedule(&self->sockets);
}

/* Have this done at the end of a round, between two events; once, however often it is added. */
void node_add_work(struct node *self, struct node_work *work);

/* The task that the next 'run' goes on with is in the middle of an event, or no
** longer. While it is, a turn is that and nothing else. */
void node_set_computing(struct node *self, bool computing);

/* Have a node that 'waits' begin. */
void node_begin(struct node *self);

/* 'init' is done: read sockets, start timers and 'main'. */
void node_started(struct node *self);

/* Stop in order, with this exit status; the first call counts. */
void node_stop(struct node *self, int status);

/* 'stop' is done, or there is no reason to wait for it: close everything at the
** end of this turn. */
void node_finish(struct node *self);

#endif
