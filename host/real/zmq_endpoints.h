/*
** zmq_endpoints.h - what a libzmq socket is bound and connected to: each endpoint is
** given up in order, whenever it is.
*/

#ifndef HOST_REAL_ZMQ_ENDPOINTS_H
#define HOST_REAL_ZMQ_ENDPOINTS_H

#include <stdbool.h>
#include <stddef.h>

#include "host/core/list.h"

struct real_loop;

struct zmq_endpoints {
  void *handle; /* libzmq's socket */
  struct real_loop *loop;
  struct list bound;       /* endpoints it is bound to */
  struct list connections; /* to inproc names that were not bound */
  struct list locks;       /* of ipc paths */
};

void zmq_endpoints_init(struct zmq_endpoints *self, void *handle, struct real_loop *loop);

/* As world_functions has them. */
int zmq_endpoints_bind(struct zmq_endpoints *self, const char *endpoint, char *actual, size_t size);
int zmq_endpoints_unbind(struct zmq_endpoints *self, const char *endpoint);
int zmq_endpoints_connect(struct zmq_endpoints *self, const char *endpoint);
int zmq_endpoints_disconnect(struct zmq_endpoints *self, const char *endpoint);

/* Close the socket, with no more than 'grace' ms of linger for what it has sent. */
void zmq_endpoints_close(struct zmq_endpoints *self, int grace, bool has_sent);

#endif
