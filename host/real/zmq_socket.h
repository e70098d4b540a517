/*
** zmq_socket.h - a libzmq socket as a world's socket.
*/

#ifndef HOST_REAL_ZMQ_SOCKET_H
#define HOST_REAL_ZMQ_SOCKET_H

#include "host/real/os/descriptor.h"
#include "host/real/world.h"

struct monitor;

struct real_socket {
  struct world_socket base;
  struct source source;
  void *handle;
  int type;
  int interest;            /* what the node waits for */
  int told;                /* what the node knows, and remembers */
  struct list bound;       /* endpoints it is bound to */
  struct list locks;       /* of ipc paths among these */
  struct monitor *monitor; /* NULL when nobody listens */
};

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
void real_socket_watch(struct world_socket *self, int what);
void real_socket_close(struct world_socket *self, int grace);

#endif
