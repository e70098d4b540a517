/*
** sim_socket.h - a simulated socket: options, endpoints and pipes, whatever its
** type.
**
** What a type does with its pipes is behind struct socket_type, one file a
** family. Knows the network; does not know how a message is chosen or routed.
*/

#ifndef HOST_SIM_NET_SIM_SOCKET_H
#define HOST_SIM_NET_SIM_SOCKET_H

#include <stdbool.h>

#include "host/core/list.h"
#include "host/core/world.h"
#include "host/sim/net/round_robin.h"
#include "host/sim/net/sim_options.h"

struct sim;

struct socket_type {
  int number;
  size_t size;   /* of the struct that extends struct sim_socket */
  bool wants_id; /* its peers introduce themselves */
  int (*init)(struct sim_socket *self);
  void (*free)(struct sim_socket *self);
  /* A new pipe; 'self' may refuse it by marking it stuck. */
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
  struct sim_node *node;
  struct sim *sim;
  int number; /* counts the sockets of a node */
  struct settings settings;
  struct pipes in, out;
  struct list pipes, connectors, listeners;
  char last_endpoint[WORLD_ENDPOINT_SIZE];
  int pending;         /* what it is to be told before its next turn */
  struct list link;    /* in the node's list of sockets */
  struct list waiting; /* in the node's list of sockets with something pending */
  bool monitored;
  struct list events; /* that happened to it, in order */
};

extern const struct socket_type pair_type, push_type, pull_type, dealer_type, req_type, rep_type,
    router_type, pub_type, xpub_type, sub_type, xsub_type;

struct world_socket *sim_socket_open(struct world *world, int type, void *source);
void sim_socket_close(struct world_socket *socket, int grace);
/* At once, without a word to anybody, as in a crash. */
void sim_socket_vanish(struct sim_socket *self);
int sim_socket_set(struct world_socket *socket, int option, const void *value, size_t size);
int sim_socket_get(struct world_socket *socket, int option, void *value, size_t *size);
int sim_socket_send(struct world_socket *socket, struct frames *frames);
int sim_socket_receive(struct world_socket *socket, struct frames *frames);
void sim_socket_watch(struct world_socket *socket);

/* The socket may now be read or written. */
void sim_socket_wake(struct sim_socket *self, int what);

/* Give the socket a pipe; its connection, if it has one, is up. */
int sim_socket_attach(struct sim_socket *self, struct pipe *pipe);
/* Take a pipe from its socket, which learns of it. The pipe is closed. */
void sim_socket_detach(struct pipe *pipe, int linger);

/* What most types do. */
int socket_type_attach(struct sim_socket *self, struct pipe *pipe);
void socket_type_detach(struct sim_socket *self, struct pipe *pipe);
void socket_type_readable(struct sim_socket *self, struct pipe *pipe);
void socket_type_writable(struct sim_socket *self, struct pipe *pipe);
int socket_type_balance(struct sim_socket *self, struct frames *frames);
int socket_type_fair(struct sim_socket *self, struct frames *frames);
bool socket_type_has_in(struct sim_socket *self);
bool socket_type_has_out(struct sim_socket *self);
/* Send the empty message that PROBE_ROUTER asks for. */
int socket_type_probe(struct sim_socket *self, struct pipe *pipe);
/* Set a flag, if this is its option; as 'set' above. libzmq takes any integer
** that is not negative. */
int socket_type_set_flag(bool mine, const void *value, size_t size, bool *flag);
int socket_type_refuse_send(struct sim_socket *self, struct frames *frames);
int socket_type_refuse_receive(struct sim_socket *self, struct frames *frames);

#endif
