/*
** crashed_peer.c - see crashed_peer.h.
*/

#include "host/sim/net/crashed_peer.h"

#include <errno.h>
#include <stdio.h>

#include <zmq.h>

static int refuse(void) {
  errno = ETERM;
  return -1;
}

static struct world_socket *no_socket(struct world *world, int type, void *source) {
  (void)world, (void)type, (void)source;
  errno = ETERM;
  return NULL;
}

static int no_set(struct world_socket *self, int option, const void *value, size_t size) {
  (void)self, (void)option, (void)value, (void)size;
  return refuse();
}

static int no_get(struct world_socket *self, int option, void *value, size_t *size) {
  (void)self, (void)option, (void)value, (void)size;
  return refuse();
}

static int no_bind(struct world_socket *self, const char *endpoint, char *actual, size_t size) {
  (void)self, (void)endpoint, (void)actual, (void)size;
  return refuse();
}

static int no_endpoint(struct world_socket *self, const char *endpoint) {
  (void)self, (void)endpoint;
  return refuse();
}

static int no_monitor(struct world_socket *self) {
  (void)self;
  return refuse();
}

static int no_message(struct world_socket *self, struct frames *frames) {
  (void)self, (void)frames;
  return refuse();
}

static void no_watch(struct world_socket *self) {
  (void)self;
}

static struct world_store *no_store(struct world *world, const char *path, char *reason) {
  (void)world;
  snprintf(reason, WORLD_STORE_REASON_SIZE, "%s: the node is gone", path);
  return NULL;
}

static struct world_input *no_input(struct world *world) {
  (void)world;
  errno = ETERM;
  return NULL;
}

struct world_functions crashed_peer_functions(const struct world_functions *alive) {
  struct world_functions functions = *alive;
  functions.open = no_socket;
  functions.set = no_set;
  functions.get = no_get;
  functions.bind = no_bind;
  functions.unbind = functions.connect = functions.disconnect = no_endpoint;
  functions.monitor = no_monitor;
  functions.send = functions.receive = no_message;
  functions.watch = no_watch;
  functions.open_store = no_store;
  functions.open_input = no_input;
  return functions;
}
