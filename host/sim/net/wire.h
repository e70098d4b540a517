/*
** wire.h - messages between the two ends of a connection: how long they take,
** how many fit, and what holds them up.
*/

#ifndef HOST_SIM_NET_WIRE_H
#define HOST_SIM_NET_WIRE_H

#include "host/sim/net/connection.h"

void wire_init(struct connection *self); /* when both ends are known */

/* How long it takes to this end now. */
int64_t wire_latency(struct connection *self, int receiver);

/* The network lets nothing through to this end. */
bool wire_blocked(const struct connection *self, int receiver);
/* Nothing gets to this end: the network, or its node stands still. */
bool wire_stalled(const struct connection *self, int receiver);
/* No heartbeat would be answered. */
bool wire_impaired(const struct connection *self);

/* Deliver what has arrived: a direction's timer. */
void wire_deliver(struct timer *timer);
/* Tell a pipe that was full what has become of it: an end's timer. */
void wire_tell_room(struct timer *timer);
/* Something was written at this end: put it on the wire. */
void wire_written(struct connection *self, int end);
/* What held up the way to this end may be gone. */
void wire_go_on(struct connection *self, int receiver);

/* The stream to this end stops behind what is on the wire. */
void wire_end(struct connection *self, int receiver);
/* Lose what is on the wire to this end. */
void wire_drop(struct connection *self, int receiver);

#endif
