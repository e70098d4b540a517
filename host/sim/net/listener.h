/*
** listener.h - where a socket is bound.
*/

#ifndef HOST_SIM_NET_LISTENER_H
#define HOST_SIM_NET_LISTENER_H

#include "host/sim/net/sim_endpoint.h"
#include "host/sim/net/sim_socket.h"

struct listener {
  struct sim_socket *socket;
  struct sim_endpoint address;
  char endpoint[WORLD_ENDPOINT_SIZE]; /* as bound */
  struct sim_options options;         /* as they were at the bind */
  int descriptor;
  struct list link;  /* in the network */
  struct list owned; /* in the socket */
};

/* Listen here; NULL and EADDRINUSE or ENOMEM. What 'address' leaves open is chosen. */
struct listener *listener_new(struct sim_socket *socket, const struct sim_endpoint *address,
                              const char *endpoint);
/* Stop listening. Connections that were made stay. */
void listener_close(struct listener *self);

/* The listener that a connect from this host to this address gets to; NULL if there is none. */
struct listener *listener_find(struct network *network, const struct sim_host *from,
                               const struct sim_endpoint *address);

#endif
