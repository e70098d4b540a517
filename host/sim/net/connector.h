/*
** connector.h - the connecting side of an endpoint: tries, waits, tries again,
** and keeps the pipe, with what is unsent in it, from one connection to the
** next.
*/

#ifndef HOST_SIM_NET_CONNECTOR_H
#define HOST_SIM_NET_CONNECTOR_H

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/sim/net/network.h"

struct connection;

struct connector {
  struct sim *sim;
  struct sim_node *node;
  struct sim_socket *socket; /* NULL: closed, what is unsent lingers */
  struct pipe *pipe;         /* NULL with IMMEDIATE while not connected */
  struct connection *connection;
  struct address address;
  char endpoint[WORLD_ENDPOINT_SIZE];
  struct settings settings;
  int interval; /* the next wait, without its jitter */
  struct timer retry;
  struct list link; /* in the socket's list */
};

/* Begin to connect; NULL and errno. */
struct connector *connector_new(struct sim_socket *socket, const struct address *address,
                                const char *endpoint);
void connector_free(struct connector *self);

/* The connection is up: attach a pipe if there was none. */
void connector_up(struct connector *self);
/* There was none, or it broke. 'fatal': the peer is not one to talk to. */
void connector_lost(struct connector *self, bool was_up, bool fatal);

/* disconnect, or the socket closes. */
void connector_close(struct connector *self, int linger);
/* What lingered is sent, or is given up. */
void connector_lingered(struct connector *self);

#endif
