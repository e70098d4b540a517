/*
** zmq_socket.h - a libzmq socket as a world's socket.
*/

#ifndef HOST_REAL_ZMQ_SOCKET_H
#define HOST_REAL_ZMQ_SOCKET_H

#include "host/core/world.h"

/* As world_functions has them. */
struct world_socket *real_socket_new(struct world *world, int type, void *source);
int real_socket_set(struct world_socket *self, int option, const void *value, size_t size);
int real_socket_get(struct world_socket *self, int option, void *value, size_t *size);
int real_socket_bind(struct world_socket *self, const char *endpoint, char *actual, size_t size);
int real_socket_unbind(struct world_socket *self, const char *endpoint);
int real_socket_connect(struct world_socket *self, const char *endpoint);
int real_socket_disconnect(struct world_socket *self, const char *endpoint);
int real_socket_monitor(struct world_socket *self);
int real_socket_send(struct world_socket *self, struct frames *frames);
int real_socket_receive(struct world_socket *self, struct frames *frames);
void real_socket_watch(struct world_socket *self);
void real_socket_close(struct world_socket *self, int grace);

#endif
