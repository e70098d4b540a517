/*
** inproc_names.h - connections to inproc names that nothing is bound to yet.
**
** In libzmq such a connection keeps its socket, also a closed one, until the name is
** bound. So each waits at a name of its own; a socket that binds the public name
** binds those, too, for a moment, and a closed socket's is bound to a socket that
** goes at once.
*/

#ifndef HOST_REAL_INPROC_NAMES_H
#define HOST_REAL_INPROC_NAMES_H

#include <stdbool.h>

#include <uv.h>

#include "host/core/list.h"
#include "host/core/timers.h"

struct inproc_names {
  void *context;
  uv_mutex_t lock;
  struct list bound;   /* public names in use */
  struct list waiting; /* connections to others */
  struct list lingering;
  unsigned long serial;
};

/* A connection that was made before its endpoint was bound. */
struct inproc_connection {
  struct list link;  /* in 'waiting' until something is bound to its public name */
  struct list owner; /* in its socket's list */
  char waits_at[48]; /* the endpoint it is connected to instead */
  char endpoint[];   /* the public one */
};

void inproc_names_init(struct inproc_names *self, void *context);
void inproc_names_free(struct inproc_names *self);

/* zmq_bind and zmq_unbind of an inproc endpoint. */
int inproc_names_bind(struct inproc_names *self, void *socket, const char *endpoint);
int inproc_names_unbind(struct inproc_names *self, void *socket, const char *endpoint);

/* zmq_connect and zmq_disconnect; 'connections' lists those of the socket. */
int inproc_names_connect(struct inproc_names *self, void *socket, const char *endpoint,
                         struct list *connections);
int inproc_names_disconnect(struct inproc_names *self, void *socket, const char *endpoint,
                            struct list *connections);

/* Their socket is closed: those that wait are given up, after 'linger' ms, which
** these timers count, in us. */
void inproc_names_release(struct inproc_names *self, struct list *connections,
                          struct timers *timers, int linger);

#endif
