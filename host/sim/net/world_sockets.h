/*
** world_sockets.h - the functions of world.h that concern sockets, in the simulated
** world.
*/

#ifndef HOST_SIM_NET_WORLD_SOCKETS_H
#define HOST_SIM_NET_WORLD_SOCKETS_H

#include "host/core/world.h"
#include "host/sim/net/sim_socket.h"

struct world_socket *world_sockets_open(struct world *world, int type, void *source);
void world_sockets_close(struct world_socket *socket, int grace);
/* At once, telling no peer, as in a crash. */
void world_sockets_vanish(struct sim_socket *self);
int world_sockets_set(struct world_socket *socket, int option, const void *value, size_t size);
int world_sockets_get(struct world_socket *socket, int option, void *value, size_t *size);
int world_sockets_send(struct world_socket *socket, struct frames *frames);
int world_sockets_receive(struct world_socket *socket, struct frames *frames);
void world_sockets_watch(struct world_socket *socket);
int world_sockets_bind(struct world_socket *socket, const char *endpoint, char *actual,
                       size_t size);
int world_sockets_connect(struct world_socket *socket, const char *endpoint);
/* Unbind and disconnect: libzmq has one function for both. */
int world_sockets_release(struct world_socket *socket, const char *endpoint);
int world_sockets_monitor(struct world_socket *socket);

#endif
