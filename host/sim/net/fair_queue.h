/*
** fair_queue.h - receives from the pipes of a socket in turn, a message each.
*/

#ifndef HOST_SIM_NET_FAIR_QUEUE_H
#define HOST_SIM_NET_FAIR_QUEUE_H

#include "host/sim/net/round_robin.h"

/* The next message and whose it is ('from' may be NULL), or NULL. */
struct message *fair_queue_receive(struct round_robin *pipes, struct pipe **from);
/* The message that fair_queue_receive would give. */
struct message *fair_queue_peek(struct round_robin *pipes);

#endif
