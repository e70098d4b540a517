/*
** real.h - the real world: libzmq and libuv behind host/core/world.h.
**
** One process has one context; each thread has one loop; each node has one
** world on a loop. All of this but real_loop_post belongs to the thread of its
** loop. Shows nothing of libzmq and libuv, save the name of libuv's loop.
*/

#ifndef HOST_REAL_REAL_H
#define HOST_REAL_REAL_H

#include <stddef.h>

#include "host/core/world.h"

struct kept_log;
struct real_process;
struct real_loop;
struct real_thread;
struct uv_loop_s;

/* The context, with the process made ready: limits raised, SIGPIPE ignored,
** every signal blocked in libzmq's threads. NULL and errno. */
struct real_process *real_process_new(void);
/* What has been started, and how it is called: in the log of a service, since its manager shows
** nothing else of it; else only for who asks for the log. */
void real_log_start(struct real_process *self, const char *name, const char *text);
/* The latest lines of its log. */
struct kept_log *real_process_log(struct real_process *self);
/* The process ends: from now on a log that is not read is not waited for long. */
void real_process_ending(struct real_process *self);
/* A line of log in this name, from any thread. */
void real_log(struct real_process *self, const char *name, enum world_level level, const char *text,
              size_t size);
/* End the context, once every socket is closed: no message is in it after that.
** Waits for lingering messages, which is bounded because each socket's linger
** is. */
void real_process_end(struct real_process *self);
/* End it, if that has not been done, and free the rest: after its loops. */
void real_process_free(struct real_process *self);

/* A loop for the calling thread; NULL and errno. */
struct real_loop *real_loop_new(struct real_process *process);
void real_loop_free(struct real_loop *self); /* after its worlds are freed */

/* A node's place on this loop, to be given its node before the loop runs on;
** its first turn is scheduled. NULL and errno. */
struct world *real_world_new(struct real_loop *loop, const char *name,
                             const struct world_user *user);
/* After the node has ended, or if it never began. Its sockets must be closed. */
void real_world_free(struct world *world);

/* Run until every node has ended, or until real_loop_stop. The greatest exit
** status of the nodes that ended. */
int real_loop_run(struct real_loop *self);
void real_loop_stop(struct real_loop *self); /* soon; the loop may run again later */

/* Run until real_loop_stop, or for 'us'; with nodes or without. */
void real_loop_run_for(struct real_loop *self, int64_t us);
int64_t real_loop_now(struct real_loop *self); /* us, monotonic */
/* Run on without any node, until as many releases: nodes are still to come. */
void real_loop_hold(struct real_loop *self);
void real_loop_release(struct real_loop *self);

/* A thread that runs a loop, until it is joined and no node is left on it. Every
** signal is blocked there. NULL and errno. */
struct real_thread *real_thread_new(struct real_process *process);
struct real_loop *real_thread_loop(struct real_thread *self);
/* Wait for its end; the loop is left, to be freed with the thread. */
void real_thread_join(struct real_thread *self);
void real_thread_free(struct real_thread *self); /* after its worlds are freed */

/* What is called while a node's turn lasts long: in a signal handler on the loop's
** thread, anywhere in what the node does. */
struct real_watchdog {
  /* The thread has used another 10 ms of CPU time. */
  void (*tick)(struct world *world);
  /* The thread sleeps in a system call for the world's warn_us or longer; or, with 'ends',
  ** the process is ended now because this turn does not end. */
  void (*stalled)(struct world *world, int64_t ms, bool ends);
};

/* Asked for on the loop's thread; NULL: no longer. 0, or -1 and errno. */
int real_loop_watch_turns(struct real_loop *self, const struct real_watchdog *watchdog);

/* After SIGINT or SIGTERM the process ends within 'ms', whatever blocks, with exit
** status 1. */
void real_loop_end_within(struct real_loop *self, int ms);

/* Called for each node that has ended, on the loop, outside any turn: it may
** free the world and the node. */
void real_loop_on_ended(struct real_loop *self,
                        void (*ended)(void *arg, struct world *world, int status), void *arg);

/* Called on the loop at the first SIGINT or SIGTERM; a second one kills the
** process, whatever it is doing. One loop a process has this; the latest to
** ask. NULL: back to the system's defaults. 0, or -1 and errno. */
int real_loop_on_interrupt(struct real_loop *self, void (*interrupt)(void *arg, int number),
                           void *arg);

/* Have 'call' called on the loop; from any thread. A call that is still waiting
** when the loop is freed is dropped. 0, or -1 and ENOMEM. */
int real_loop_post(struct real_loop *self, void (*call)(void *arg), void *arg);
/* Drop those of this call and argument that still wait; on the loop's thread. */
void real_loop_unpost(struct real_loop *self, void (*call)(void *arg), void *arg);

/* For what works on the same loop. */
struct uv_loop_s *real_loop_uv(struct real_loop *self);

/* Run another loop within the node's turns, that of a library such as luv, until the
** call with NULL, which comes before that loop is closed. 0, or -1 and errno. */
int real_world_run_guest(struct world *world, struct uv_loop_s *loop);

/* "libzmq 4.3.4, libuv 1.44.2" */
void real_versions(char *text, size_t size);

#endif
