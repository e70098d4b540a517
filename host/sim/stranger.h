/*
** stranger.h - a peer that is no node: connects to where nodes are bound, and sends
** garbage.
**
** Half of it is noise, half is made of what the node has received before, changed a
** little: a protocol's parser must refuse both.
*/

#ifndef HOST_SIM_STRANGER_H
#define HOST_SIM_STRANGER_H

#include "host/sim/net/sim_host.h"

struct stranger;

/* As the host with this number; NULL and ENOMEM. */
struct stranger *stranger_new(struct network *network, int number, uint64_t seed);
void stranger_free(struct stranger *self);

/* Remember a message that a node has received. */
void stranger_overhear(struct stranger *self, const struct message *message);

/* Send 'count' messages to one of the endpoints that this host is bound at, and stay connected
** until stranger_leave with the same number. False if there is none that takes any. */
bool stranger_send(struct stranger *self, struct sim_host *host, int number, int64_t count,
                   uint32_t choice);
void stranger_leave(struct stranger *self, int number);

#endif
