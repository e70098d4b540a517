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

enum { SETTINGS_MAX_ID = 255, SETTINGS_TEXTS = 13, SETTINGS_SPARE = 32 };

/* A string that libzmq remembers for its owner; NULL is the empty one. */
struct settings_text {
  char *data;
  size_t size;
};

struct settings {
  int type;
  int sndhwm, rcvhwm, sndbuf, rcvbuf, linger;
  int reconnect_ivl, reconnect_ivl_max, connect_timeout, handshake_ivl;
  int heartbeat_ivl, heartbeat_ttl, heartbeat_timeout;
  int immediate, conflate, invert_matching, mechanism, as_server;
  int64_t maxmsgsize;
  uint64_t affinity;
  size_t id_size;
  unsigned char id[SETTINGS_MAX_ID];
  int spare[SETTINGS_SPARE]; /* integers without an effect here */
  struct settings_text text[SETTINGS_TEXTS];
};

void settings_init(struct settings *self, int type);
void settings_free(struct settings *self);

/* What a connection needs to remember: all but the texts. */
struct settings settings_for_connection(const struct settings *self);

/* As zmq_setsockopt and zmq_getsockopt: 0, or -1 and errno. */
int settings_set(struct settings *self, int option, const void *value, size_t size);
int settings_get(const struct settings *self, int option, void *value, size_t *size);

/* An integer out of an option's value; -1 and EINVAL if it is none. */
int settings_integer(const void *value, size_t size, int *result);

/* Give a value back; -1 and EINVAL if there is no room for it. */
int settings_give(const void *data, size_t have, void *value, size_t *size);

#endif
