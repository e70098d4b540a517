/*
** managed_node.h - a node of a topology: what is done for it on its own thread.
**
** All functions here are called on the supervising thread; what they ask for is
** done soon on the node's own thread, which reports it as an event. Which node is
** started and stopped when is decided in scripts/topology/supervisor.lua.
*/

#ifndef BINDINGS_PROGRAM_MANAGED_NODE_H
#define BINDINGS_PROGRAM_MANAGED_NODE_H

#include "bindings/program/node_runner.h"
#include "bindings/program/thread_pool.h"

struct managed_node {
  struct thread_pool *pool;
  int number;        /* as events name it */
  const char *name;  /* this and the entry outlive this struct */
  const char *entry; /* as script_new takes it */
  size_t size;
  int thread;
  bool watches;            /* its files */
  struct node_runner node; /* this and the rest belong to its thread */
  struct list retired;     /* nodes that have ended, with strings still lent */
};

void managed_node_init(struct managed_node *self, struct thread_pool *pool, int number);

/* Make the node, also again after it has ended: EVENT_LOADED or EVENT_REFUSED. Its
** sockets are open then, and it does nothing yet. */
void managed_node_load(struct managed_node *self);

/* Let it begin. */
void managed_node_go(struct managed_node *self);

/* End it in order; with 'now' at once: EVENT_ENDED, if it runs. */
void managed_node_stop(struct managed_node *self, int status, bool now);

/* EVENT_PROBED. */
void managed_node_probe(struct managed_node *self);

/* Have it answer this request of 'sloop ctl'; NULL: the answer is not wanted. */
void managed_node_ask(struct managed_node *self, struct control_request *request, const char *bytes,
                      size_t size);

/* Free what is left of it: after thread_pool_join and thread_pool_end. */
void managed_node_free(struct managed_node *self);

#endif
