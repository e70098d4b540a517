/*
** handshake.h - how a connection comes up, in two round trips: TCP's, then ZMTP's.
*/

#ifndef HOST_SIM_NET_HANDSHAKE_H
#define HOST_SIM_NET_HANDSHAKE_H

#include "host/sim/net/connection.h"

/* Begin; the connection's owner hears the result. */
void handshake_begin(struct connection *self);

#endif
