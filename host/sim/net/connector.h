/*
** connector.h - the connecting side of an endpoint: tries, waits, tries again,
** and keeps the pipe, with what is unsent in it, from one connection to the
** next.
*/

#ifndef HOST_SIM_NET_CONNECTOR_H
#define HOST_SIM_NET_CONNECTOR_H

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/sim/net/connection.h"

struct connector {
  struct network *network;
  struct sim_host *host;
  struct sim_socket *socket; /* NULL: closed, what is unsent lingers */
  struct pipe *pipe;         /* NULL with IMMEDIATE while not connected */
  struct connection *connection;
  struct sim_endpoint address;
  char endpoint[WORLD_ENDPOINT_SIZE];
  struct sim_options options;
  int interval; /* the next wait, without its jitter */
  struct timer retry;
  struct list link; /* in the socket's list */
};

/* Begin to connect; NULL and errno. */
struct connector *connector_new(struct sim_socket *socket, const struct sim_endpoint *address,
                                const char *endpoint);
/* disconnect with IMMEDIATE: what has arrived can still be read. */
void connector_disconnect(struct connector *self);
/* disconnect, or the socket closes; 'lingers': not before all is sent. */
void connector_close(struct connector *self, bool lingers);

#endif
