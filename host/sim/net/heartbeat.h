/*
** heartbeat.h - ZMTP heartbeats: an end gives a connection up that has been silent.
**
** None is sent, because while all is well each would be answered. When something
** comes in the way, the time is reckoned at which they would show that.
*/

#ifndef HOST_SIM_NET_HEARTBEAT_H
#define HOST_SIM_NET_HEARTBEAT_H

#include "host/sim/net/connection.h"

void heartbeat_init(struct connection *self);

/* Give the connection up unless this end is up within this time; 0: no limit. */
void heartbeat_limit(struct connection_end *end, int ms);

/* What is in the way of this connection may have changed: a partition, a pause,
** a silence. */
void heartbeat_reconsider(struct connection *self);

#endif
