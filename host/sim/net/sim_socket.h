/*
** sim_socket.h - a simulated socket: options and pipes, whatever its type.
**
** What a type does with its pipes is behind struct socket_type, one file a
** family. Knows pipes; does not know how a message is chosen or routed, nor
** connections.
*/

#ifndef HOST_SIM_NET_SIM_SOCKET_H
#define HOST_SIM_NET_SIM_SOCKET_H

#include <stdbool.h>

#include "host/core/list.h"
#include "host/core/world.h"
#include "host/sim/net/pipe.h"
#include "host/sim/net/round_robin.h"
#include "host/sim/net/sim_host.h"
#include "host/sim/net/sim_monitor.h"
#include "host/sim/net/sim_options.h"

struct socket_type {
  int number;
  size_t size;   /* of the struct that extends struct sim_socket */
  bool wants_id; /* its peers introduce themselves */
  int (*init)(struct sim_socket *self);
  void (*free)(struct sim_socket *self);
  /* A new pipe; 'self' may refuse it by marking it ignored. */
  int (*attach)(struct sim_socket *self, struct pipe *pipe);
  void (*detach)(struct sim_socket *self, struct pipe *pipe);
  /* A pipe that was found empty is not, one that was full has room. */
  void (*readable)(struct sim_socket *self, struct pipe *pipe);
  void (*writable)(struct sim_socket *self, struct pipe *pipe);
  /* A connection was lost: say again what the next peer must know. */
  void (*hiccup)(struct sim_socket *self, struct pipe *pipe);
  int (*send)(struct sim_socket *self, struct frames *frames);
  int (*receive)(struct sim_socket *self, struct frames *frames);
  bool (*has_in)(struct sim_socket *self);
  bool (*has_out)(struct sim_socket *self);
  /* -1 and EINVAL: not an option of this type. */
  int (*set)(struct sim_socket *self, int option, const void *value, size_t size);
};

struct sim_socket {
  struct world_socket base;
  const struct socket_type *type;
  struct sim_host *host;
  struct network *network;
  struct network_label label;
  struct sim_options options;
  struct round_robin in, out;
  struct list pipes, connectors, listeners;
  char last_endpoint[WORLD_ENDPOINT_SIZE];
  bool closed;         /* no readiness is reported any more */
  bool crashed;        /* with its node: nothing is left to do */
  struct list mailbox; /* what its pipes told it, in order: entries of pipes */
  int64_t throttled;   /* when a send last looked into the mailbox */
  int receives;        /* since a receive looked into the mailbox */
  struct list link;    /* in the node's list of sockets */
  struct list waiting; /* in the node's list of sockets that have something to report */
  struct sim_monitor monitor;
};

/* Handle what is in the mailbox. */
void sim_socket_process(struct sim_socket *self);
/* The same by a call of its owner: then its descriptor tells of it no more, and a socket that waits
** for nothing is not looked at. */
void sim_socket_catch_up(struct sim_socket *self);
/* Have the node called if the socket may have become ready for what it wants. */
void sim_socket_check(struct sim_socket *self);
/* Have it looked at as soon as its node is idle, as by a signal of its descriptor. */
void sim_socket_signal(struct sim_socket *self);
/* Bring its readiness up to date, before a turn of its node: whether there is news. */
bool sim_socket_update(struct sim_socket *self);

/* A socket of this type on this host, without pipes; NULL and errno. */
struct sim_socket *sim_socket_new(struct sim_host *host, const struct socket_type *type,
                                  void *source);
void sim_socket_free(struct sim_socket *self); /* which has no pipes any more */

/* Give the socket a pipe; its connection, if it has one, is up. By a call of the socket's owner;
** by the other side, through the mailbox. */
int sim_socket_attach(struct sim_socket *self, struct pipe *pipe);
void sim_socket_post(struct sim_socket *self, struct pipe *pipe);
/* Take a pipe from its socket, which learns of it. The pipe is closed. */
void sim_socket_detach(struct pipe *pipe, int linger);

/* Report what happened to a message of this socket, on its way to or from 'pipe' (NULL: none). */
void sim_socket_sent(struct sim_socket *self, const struct pipe *pipe, struct message *message);
void sim_socket_delivered(struct sim_socket *self, const struct pipe *pipe,
                          struct message *message);
void sim_socket_dropped(struct sim_socket *self, struct message *message);

#endif
