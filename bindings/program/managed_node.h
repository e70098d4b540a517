/*
** managed_node.h - a node of a topology: what is done for it on its own thread.
**
** All functions here are called on the thread that leads; what they ask for is
** done soon on the node's own thread, which reports it as an event. Who is
** started and stopped when is no matter of this file but of scripts/command/up.lua.
*/

#ifndef BINDINGS_PROGRAM_MANAGED_NODE_H
#define BINDINGS_PROGRAM_MANAGED_NODE_H

#include "bindings/program/thread_pool.h"

struct managed_node {
  struct crew *crew;
  int number;        /* as events name it */
  const char *name;  /* this and the entry outlive the member */
  const char *entry; /* as script_new takes it */
  size_t size;
  int thread;
  bool watches;          /* its files */
  struct script *script; /* the rest is its thread's; NULL: it does not run */
  struct world *world;
  struct file_watch *watch;
  struct list retired; /* scripts and worlds that have ended, with strings still lent */
};

void managed_node_init(struct managed_node *self, struct crew *crew, int number);

/* Make the node, also again after it has ended: EVENT_LOADED or EVENT_REFUSED. Its
** sockets are open then, and it does nothing yet. */
void managed_node_load(struct managed_node *self);

/* Let it begin. */
void managed_node_go(struct managed_node *self);

/* End it in order; with 'now' at once: EVENT_ENDED, if it runs. */
void managed_node_stop(struct managed_node *self, int status, bool now);

/* EVENT_PROBED. */
void managed_node_probe(struct managed_node *self);

/* Have it answer this request of 'sloop ctl'; NULL: nobody wants the answer. */
void managed_node_ask(struct managed_node *self, struct control_request *request, const char *bytes,
                size_t size);

/* Free what is left of it: after crew_join and crew_end. */
void managed_node_free(struct managed_node *self);

#endif
