/*
** socket_type.h - the socket types, and what most of them do with their pipes: read
** from all fairly, write to all in turn.
*/

#ifndef HOST_SIM_NET_SOCKET_TYPE_H
#define HOST_SIM_NET_SOCKET_TYPE_H

#include "host/sim/net/sim_socket.h"

extern const struct socket_type pair_type, push_type, pull_type, dealer_type, req_type, rep_type,
    router_type, pub_type, xpub_type, sub_type, xsub_type;

int socket_type_attach(struct sim_socket *self, struct pipe *pipe);
void socket_type_detach(struct sim_socket *self, struct pipe *pipe);
void socket_type_readable(struct sim_socket *self, struct pipe *pipe);
void socket_type_writable(struct sim_socket *self, struct pipe *pipe);
int socket_type_balance(struct sim_socket *self, struct frames *frames);
int socket_type_fair(struct sim_socket *self, struct frames *frames);
bool socket_type_has_in(struct sim_socket *self);
/* For a type that can always, or never, send or receive. */
bool socket_type_always(struct sim_socket *self);
bool socket_type_never(struct sim_socket *self);
bool socket_type_has_out(struct sim_socket *self);
/* Send the empty message that PROBE_ROUTER asks for. */
int socket_type_probe(struct sim_socket *self, struct pipe *pipe);
/* Set a flag, if this is its option; as 'set' above. libzmq takes any integer
** that is not negative. */
int socket_type_set_flag(bool mine, const void *value, size_t size, bool *flag);
int socket_type_refuse_send(struct sim_socket *self, struct frames *frames);
int socket_type_refuse_receive(struct sim_socket *self, struct frames *frames);

#endif
