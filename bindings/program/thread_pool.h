/*
** thread_pool.h - the threads of a topology, and what they report to the thread that
** supervises them.
**
** The supervising thread runs no nodes, so it is never busy: it takes signals,
** requests and reports, and decides (scripts/topology/supervisor.lua). Knows threads and events,
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
  struct thread_pool *pool;
  enum event_kind kind;
  int node; /* -1: none */
  int64_t number;
  bool flag;
  struct control_request *request;
  size_t size;
  char bytes[];
};

struct thread_pool {
  struct real_process *process;
  struct real_loop *loop; /* of the supervising thread */
  struct real_thread **threads;
  int count;          /* of those that run; the supervising thread alone reads it */
  struct list events; /* not taken yet */
};

enum { THREAD_POOL_MAX = 4096 };

/* Start 'count' threads. 0, or -1 and errno, and thread_pool_free is still due. */
int thread_pool_start(struct thread_pool *self, int count);

/* At least 'count' threads from now on. 0, or -1 and errno. */
int thread_pool_grow(struct thread_pool *self, int count);
struct real_loop *thread_pool_loop(struct thread_pool *self, int thread);

/* Report: from any thread. The bytes are copied. An event for which there is no
** memory is lost with a line on stderr. */
void thread_pool_report(struct thread_pool *self, const struct event *event, const char *bytes);

/* The event that has waited for longest, to be freed; waits for one, for so many
** ms at most, and then NULL. */
struct event *thread_pool_next(struct thread_pool *self, double ms);

/* Wait until no node is left on any thread. Then end the context. Then free all,
** once nothing of the nodes is left. */
void thread_pool_join(struct thread_pool *self);
void thread_pool_end(struct thread_pool *self);
void thread_pool_free(struct thread_pool *self);

#endif
