/*
** thread_pool.h - the threads of a topology, and what they report to the thread that
** leads them.
**
** The leading thread runs no nodes, so it is never busy: it takes signals,
** requests and reports, and decides (scripts/command/up.lua). Knows threads and events,
** not what the nodes are.
*/

#ifndef BINDINGS_PROGRAM_THREAD_POOL_H
#define BINDINGS_PROGRAM_THREAD_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/real/os/control_channel.h"
#include "host/real/real.h"

enum event_kind {
  EVENT_LOADED,    /* the node's sockets are open */
  EVENT_REFUSED,   /* it could not be loaded: bytes: the reason; number: its exit status */
  EVENT_ENDED,     /* number: its exit status; bytes: why, as script_result has it */
  EVENT_PROBED,    /* number: messages received so far; flag: there is more to do */
  EVENT_ASKED,     /* request, and its bytes */
  EVENT_SIGNALLED, /* number: of SIGINT or SIGTERM */
};

struct event {
  struct list link;
  struct crew *crew;
  enum event_kind kind;
  int node; /* -1: none */
  int64_t number;
  bool flag;
  struct control_request *request;
  size_t size;
  char bytes[];
};

struct crew {
  struct real_process *process;
  struct real_loop *loop; /* of the leading thread */
  struct real_thread **threads;
  int count;
  struct list events; /* not taken yet */
};

/* So many threads. 0, or -1 and errno, and crew_free is still due. */
int crew_start(struct crew *self, int count);
struct real_loop *crew_loop(struct crew *self, int thread);

/* Report: from any thread. The bytes are copied. An event for which there is no
** memory is lost with a line on stderr. */
void crew_tell(struct crew *self, const struct event *event, const char *bytes);

/* The event that has waited for longest, to be freed; waits for one, for so many
** ms at most, and then NULL. */
struct event *crew_next(struct crew *self, double ms);

/* Wait until no node is left on any thread. Then end the context. Then free all,
** once nothing of the nodes is left. */
void crew_join(struct crew *self);
void crew_end(struct crew *self);
void crew_free(struct crew *self);

#endif
