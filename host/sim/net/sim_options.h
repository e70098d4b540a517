/*
** sim_options.h - the options of a simulated socket, as libzmq keeps them.
**
** A connection copies them when it is begun, as libzmq does: setting an option
** later changes the connections made from then on. Options that mean nothing to
** the model are kept and given back. Knows no socket; what only one type of
** socket understands is in that type's file.
*/

#ifndef HOST_SIM_NET_SIM_OPTIONS_H
#define HOST_SIM_NET_SIM_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

enum { SIM_OPTIONS_MAX_ID = 255, SIM_OPTIONS_TEXTS = 13, SIM_OPTIONS_SPARE = 32 };

/* A string that libzmq remembers for its owner; NULL is the empty one. */
struct sim_options_text {
  char *data;
  size_t size;
};

struct sim_options {
  int type;
  int sndhwm, rcvhwm, sndbuf, rcvbuf, linger;
  int reconnect_ivl, reconnect_ivl_max, connect_timeout, handshake_ivl;
  int heartbeat_ivl, heartbeat_ttl, heartbeat_timeout;
  int immediate, conflate, invert_matching, mechanism, as_server;
  int64_t maxmsgsize;
  uint64_t affinity;
  size_t id_size;
  unsigned char id[SIM_OPTIONS_MAX_ID];
  int spare[SIM_OPTIONS_SPARE]; /* integers without an effect here */
  struct sim_options_text text[SIM_OPTIONS_TEXTS];
};

void sim_options_init(struct sim_options *self, int type);
void sim_options_free(struct sim_options *self);

/* What a connection needs to remember: all but the texts. */
struct sim_options sim_options_for_connection(const struct sim_options *self);

/* As zmq_setsockopt and zmq_getsockopt: 0, or -1 and errno. */
int sim_options_set(struct sim_options *self, int option, const void *value, size_t size);
int sim_options_get(const struct sim_options *self, int option, void *value, size_t *size);

/* An integer out of an option's value; -1 and EINVAL if it is none. */
int sim_options_integer(const void *value, size_t size, int *result);

/* Give a value back; -1 and EINVAL if there is no room for it. */
int sim_options_give(const void *data, size_t have, void *value, size_t *size);

#endif
