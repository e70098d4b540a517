/*
** node_runner.h - a node in the real world, as 'run' and 'up' have it: its place on a
** loop, its script, and the watch over its files.
**
** Everything here is called on the thread of its loop.
*/

#ifndef BINDINGS_PROGRAM_NODE_RUNNER_H
#define BINDINGS_PROGRAM_NODE_RUNNER_H

#include <stdbool.h>
#include <stddef.h>

struct file_watch;
struct real_loop;
struct script;
struct world;

struct node_runner {
  struct script *script; /* NULL: there is no node */
  struct world *world;
  struct file_watch *watch; /* NULL: files are not watched */
};

/* Make the node from an entry (see node_script.h): its sockets are open then, and its
** first turn is scheduled. 0, or the exit status, with the reason in 'reason'. */
int node_runner_load(struct node_runner *self, struct real_loop *loop, const char *name,
                     const char *entry, size_t size, char *reason, size_t room);

/* Reload when a file it was loaded from changes. */
void node_runner_watch_files(struct node_runner *self, struct real_loop *loop);

/* Answer a request of 'sloop ctl' by one call of 'give'. */
void node_runner_answer(struct node_runner *self, const char *bytes, size_t size,
                        void (*give)(void *arg, const char *bytes, size_t size), void *arg);

/* The node has ended: watch no more files. */
void node_runner_close(struct node_runner *self);

/* Free script and world: once libzmq has given back all strings they lent, which it has
** when script_is_idle says so, or when its context has ended. */
void node_runner_free(struct node_runner *self);

#endif
