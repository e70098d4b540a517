/*
** sim_endpoint.h - takes endpoints apart, by libzmq's rules for each transport, and
** tells which reach each other.
*/

#ifndef HOST_SIM_NET_SIM_ENDPOINT_H
#define HOST_SIM_NET_SIM_ENDPOINT_H

#include <stdbool.h>

#include "host/core/world.h"
#include "host/sim/net/sim_host.h"

enum transport { TRANSPORT_TCP, TRANSPORT_IPC, TRANSPORT_INPROC };

/* 'place' is the name of an ipc or inproc endpoint, or the host of a tcp one. */
struct sim_endpoint {
  enum transport transport;
  char place[WORLD_ENDPOINT_SIZE];
  int port;
};

/* -1 and EINVAL, EPROTONOSUPPORT, ENODEV. */
int sim_endpoint_parse(const char *text, bool for_bind, const struct sim_host *host,
                       struct sim_endpoint *endpoint);

/* Does a connect from a host to 'wanted' get to a bind at 'bound' of 'owner'? */
bool sim_endpoint_reaches(const struct sim_endpoint *wanted, const struct sim_host *from,
                          const struct sim_endpoint *bound, const struct sim_host *owner);
/* Can't both be bound on one machine? */
bool sim_endpoint_conflicts(const struct sim_endpoint *a, const struct sim_endpoint *b);

#endif
