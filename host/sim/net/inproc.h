/*
** inproc.h - sockets of one machine joined directly: no connection, no delay, and
** one queue each way that is as long as both ends' together.
**
** As in libzmq the types are not checked, and a socket that connects before any is
** bound may send at once.
*/

#ifndef HOST_SIM_NET_INPROC_H
#define HOST_SIM_NET_INPROC_H

#include "host/sim/net/listener.h"

/* The inproc side of bind, connect and disconnect; 0, or -1 and errno. */
int inproc_connect(struct sim_socket *socket, const struct sim_endpoint *address,
                   const char *endpoint);
void inproc_bound(struct listener *listener);
int inproc_disconnect(struct sim_socket *socket, const char *endpoint);

/* The connections of a socket that closes before any is bound stay: what it sent can still be
** received. Those of a host that crashed do not; NULL: of all hosts. */
void inproc_forget(struct network *network, const struct sim_host *host);

#endif
