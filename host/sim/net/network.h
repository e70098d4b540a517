/*
** network.h - who listens where, and how an endpoint is found.
**
** Three transports: tcp and ipc are connections (connection.h), inproc joins two
** pipes directly. Knows addresses and hosts, not what is sent.
*/

#ifndef HOST_SIM_NET_NETWORK_H
#define HOST_SIM_NET_NETWORK_H

#include <stdbool.h>

#include "host/core/list.h"
#include "host/core/world.h"
#include "host/sim/base/random.h"
#include "host/sim/net/sim_options.h"

struct message;
struct pipe;
struct sim;
struct sim_node;
struct sim_socket;

enum transport { TRANSPORT_TCP, TRANSPORT_IPC, TRANSPORT_INPROC };

/* A parsed endpoint. 'place' is the name of an ipc or inproc endpoint, or the
** host of a tcp one. */
struct address {
  enum transport transport;
  char place[WORLD_ENDPOINT_SIZE];
  int port;
};

struct listener {
  struct sim_socket *socket;
  struct address address;
  char endpoint[WORLD_ENDPOINT_SIZE]; /* as bound */
  struct settings settings;           /* as they were at the bind */
  int descriptor;
  struct list link;  /* in the network */
  struct list owned; /* in the socket */
};

/* Who connected over inproc before anybody was bound there. */
struct waiting_peer {
  struct pipe *pipe;     /* the end that the binding socket will get */
  struct sim_node *node; /* who connected */
  struct settings settings;
  struct address address;
  struct list link;
};

struct network {
  struct list listeners;
  struct list waiting_peers; /* in the order they came */
  struct random random;
  int next_port, next_path, next_name;
  int next_descriptor;
};

void network_init(struct network *self, uint64_t seed);
void network_free(struct sim *sim);

/* As libzmq takes an endpoint apart; -1 and EINVAL, EPROTONOSUPPORT, ENODEV. */
int network_parse(const char *endpoint, bool for_bind, const struct sim_node *node,
                  struct address *address);

/* Does who connects from a node to 'wanted' get to who is bound at 'bound'? */
bool address_reaches(const struct address *wanted, const struct sim_node *from,
                     const struct address *bound, const struct sim_node *owner);
/* Can't both be bound on one host? */
bool address_conflicts(const struct address *a, const struct address *b);

/* Who listens at this address, as seen from a node; NULL if nobody. */
struct listener *network_find(struct network *self, const struct sim_node *from,
                              const struct address *address);

/* Do these two nodes share a host? */
bool network_same_host(const struct sim_node *a, const struct sim_node *b);

int network_bind(struct world_socket *socket, const char *endpoint, char *actual, size_t size);
int network_connect(struct world_socket *socket, const char *endpoint);
/* libzmq has one function for both, and so have we. */
int network_release(struct world_socket *socket, const char *endpoint);
int network_monitor(struct world_socket *socket);

/* Write into the history what happens to a message at this node; 'socket' and
** 'peer' may be NULL. */
void network_dropped(struct sim_node *node, struct sim_socket *socket, struct message *message);
void network_sent(struct sim_socket *socket, struct pipe *pipe, struct message *message);
void network_delivered(struct sim_socket *socket, struct pipe *pipe, struct message *message);

/* Stop listening. Connections that were made stay. */
void network_unlisten(struct listener *listener);

/* The inproc side of bind, connect and disconnect; 0, or -1 and errno. */
int inproc_connect(struct sim_socket *socket, const struct address *address, const char *endpoint);
void inproc_bound(struct listener *listener);
int inproc_disconnect(struct sim_socket *socket, const char *endpoint);

/* The inproc connections of a socket that closes before anybody was bound stay:
** what it sent can still be received. Those of a node that crashed do not. */
void network_forget(struct sim *sim, struct sim_node *node);

#endif
