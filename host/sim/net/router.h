/*
** router.h - what ROUTER has for REP to build on: peers by their routing id.
*/

#ifndef HOST_SIM_NET_ROUTER_H
#define HOST_SIM_NET_ROUTER_H

#include "host/sim/net/sim_socket.h"

struct router {
  struct sim_socket base;
  bool mandatory, handover, probe;
  uint32_t next_id; /* of the ids it makes up */
  size_t connect_id_size;
  unsigned char connect_id[SIM_OPTIONS_MAX_ID]; /* for the next connect */
  struct message *fetched; /* by has_in, if it has one frame: survives its pipe */
  unsigned char fetched_id[SIM_OPTIONS_MAX_ID];
  size_t fetched_size;
  struct pipe **bucket; /* pipes by their id */
  int buckets, peers;
};

int router_init(struct sim_socket *self);
void router_free(struct sim_socket *self);
int router_attach(struct sim_socket *self, struct pipe *pipe);
void router_detach(struct sim_socket *self, struct pipe *pipe);
void router_readable(struct sim_socket *self, struct pipe *pipe);
void router_writable(struct sim_socket *self, struct pipe *pipe);
bool router_has_in(struct sim_socket *self);
int router_set(struct sim_socket *self, int option, const void *value, size_t size);

/* The next message, or NULL; without the frame of the id, which is in 'fetched_id'. */
struct message *router_take(struct sim_socket *self);
/* The pipe of the peer with the id of the message that was taken last, or NULL. */
struct pipe *router_taken_from(struct sim_socket *self);

#endif
