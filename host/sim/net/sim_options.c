/*
** sim_options.c - see sim_options.h. Limits and defaults were read off libzmq 4.3.4.
*/

#include "host/sim/net/sim_options.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

/* Options that 4.3.4 knows without naming them in its stable header. */
enum {
  IPV4ONLY = 31,
  ZAP_ENFORCE_DOMAIN = 93,
  LOOPBACK_FASTPATH = 94,
  METADATA = 95,
  MULTICAST_LOOP = 96,
  SOCKS_USERNAME = 99,
  SOCKS_PASSWORD = 100,
};

struct integer {
  int option;
  size_t place; /* in struct sim_options */
  int least, most;
  int initial;
};

#define FIELD(name) offsetof(struct sim_options, name)
#define SPARE(index) (offsetof(struct sim_options, spare) + (index) * sizeof(int))

static const struct integer integers[] = {
    {ZMQ_SNDHWM, FIELD(sndhwm), 0, INT_MAX, 1000},
    {ZMQ_RCVHWM, FIELD(rcvhwm), 0, INT_MAX, 1000},
    {ZMQ_LINGER, FIELD(linger), -1, INT_MAX, -1},
    {ZMQ_SNDBUF, FIELD(sndbuf), -1, INT_MAX, -1},
    {ZMQ_RCVBUF, FIELD(rcvbuf), -1, INT_MAX, -1},
    {ZMQ_RECONNECT_IVL, FIELD(reconnect_ivl), -1, INT_MAX, 100},
    {ZMQ_RECONNECT_IVL_MAX, FIELD(reconnect_ivl_max), 0, INT_MAX, 0},
    {ZMQ_CONNECT_TIMEOUT, FIELD(connect_timeout), 0, INT_MAX, 0},
    {ZMQ_HANDSHAKE_IVL, FIELD(handshake_ivl), 0, INT_MAX, 30000},
    {ZMQ_HEARTBEAT_IVL, FIELD(heartbeat_ivl), 0, INT_MAX, 0},
    {ZMQ_HEARTBEAT_TIMEOUT, FIELD(heartbeat_timeout), 0, INT_MAX, -1},
    {ZMQ_IMMEDIATE, FIELD(immediate), 0, 1, 0},
    {ZMQ_CONFLATE, FIELD(conflate), 0, 1, 0},
    {ZMQ_INVERT_MATCHING, FIELD(invert_matching), INT_MIN, INT_MAX, 0},
    {ZMQ_RATE, SPARE(0), 1, INT_MAX, 100},
    {ZMQ_RECOVERY_IVL, SPARE(1), 0, INT_MAX, 10000},
    {ZMQ_BACKLOG, SPARE(2), 0, INT_MAX, 100},
    {ZMQ_MULTICAST_HOPS, SPARE(3), 1, INT_MAX, 1},
    {ZMQ_RCVTIMEO, SPARE(4), -1, INT_MAX, -1},
    {ZMQ_SNDTIMEO, SPARE(5), -1, INT_MAX, -1},
    {IPV4ONLY, SPARE(6), 0, 1, 1},
    {ZMQ_TCP_KEEPALIVE, SPARE(7), -1, 1, -1},
    {ZMQ_TCP_KEEPALIVE_CNT, SPARE(8), -1, INT_MAX, -1},
    {ZMQ_TCP_KEEPALIVE_IDLE, SPARE(9), -1, INT_MAX, -1},
    {ZMQ_TCP_KEEPALIVE_INTVL, SPARE(10), -1, INT_MAX, -1},
    {ZMQ_IPV6, SPARE(11), 0, 1, 0},
    {ZMQ_TOS, SPARE(12), 0, INT_MAX, 0},
    {ZMQ_TCP_MAXRT, SPARE(13), 0, INT_MAX, 0},
    {ZMQ_MULTICAST_MAXTPDU, SPARE(14), 1, INT_MAX, 1500},
    {ZMQ_VMCI_CONNECT_TIMEOUT, SPARE(15), INT_MIN, INT_MAX, -1},
    {ZAP_ENFORCE_DOMAIN, SPARE(16), INT_MIN, INT_MAX, 0},
    {LOOPBACK_FASTPATH, SPARE(17), INT_MIN, INT_MAX, 0},
    {MULTICAST_LOOP, SPARE(18), INT_MIN, INT_MAX, 1},
    {ZMQ_GSSAPI_PLAINTEXT, SPARE(19), 0, 1, 0},
    {ZMQ_GSSAPI_PRINCIPAL_NAMETYPE, SPARE(20), 0, 2, 0},
    {ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE, SPARE(21), 0, 2, 0},
};

enum { KEY_SIZE = 32, KEY_TEXT_SIZE = 40 };

/* Texts, in the order of their place. */
static const int texts[SIM_OPTIONS_TEXTS] = {ZMQ_PLAIN_USERNAME,
                                             ZMQ_PLAIN_PASSWORD,
                                             ZMQ_CURVE_PUBLICKEY,
                                             ZMQ_CURVE_SECRETKEY,
                                             ZMQ_CURVE_SERVERKEY,
                                             ZMQ_ZAP_DOMAIN,
                                             ZMQ_SOCKS_PROXY,
                                             ZMQ_BINDTODEVICE,
                                             ZMQ_GSSAPI_PRINCIPAL,
                                             SOCKS_USERNAME,
                                             ZMQ_GSSAPI_SERVICE_PRINCIPAL,
                                             SOCKS_PASSWORD,
                                             METADATA};

static const struct integer *find_integer(int option) {
  for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
    if (integers[i].option == option) return &integers[i];
  }
  return NULL;
}

static int find_text(int option) {
  for (int i = 0; i < SIM_OPTIONS_TEXTS; i++) {
    if (texts[i] == option) return i;
  }
  return -1;
}

static int refuse(int reason) {
  errno = reason;
  return -1;
}

static int *place_of(struct sim_options *self, const struct integer *entry) {
  return (int *)((char *)self + entry->place);
}

void sim_options_init(struct sim_options *self, int type) {
  *self = (struct sim_options){.type = type, .maxmsgsize = -1, .mechanism = ZMQ_NULL};
  for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
    *place_of(self, &integers[i]) = integers[i].initial;
  }
}

void sim_options_free(struct sim_options *self) {
  for (int i = 0; i < SIM_OPTIONS_TEXTS; i++) free(self->text[i].data);
}

struct sim_options sim_options_for_connection(const struct sim_options *self) {
  struct sim_options copy = *self;
  memset(copy.text, 0, sizeof copy.text);
  return copy;
}

int sim_options_integer(const void *value, size_t size, int *result) {
  if (size != sizeof *result) return refuse(EINVAL);
  memcpy(result, value, sizeof *result);
  return 0;
}

static int set_text(struct sim_options *self, int place, const void *data, size_t size) {
  char *copy = NULL;
  if (size > 0 && data != NULL) {
    copy = malloc(size + 1);
    if (copy == NULL) return refuse(ENOMEM);
    memcpy(copy, data, size);
    copy[size] = 0;
  }
  free(self->text[place].data);
  self->text[place] = (struct sim_options_text){copy, size};
  return 0;
}

/* A key arrives as 32 bytes or as 40 printable characters, and is kept as text. */
static int set_key(struct sim_options *self, int place, const void *value, size_t size) {
  char text[KEY_TEXT_SIZE + 1];
  if (size == KEY_SIZE) {
    if (zmq_z85_encode(text, value, size) == NULL) return refuse(EINVAL);
  } else if (size == KEY_TEXT_SIZE || size == KEY_TEXT_SIZE + 1) {
    uint8_t raw[KEY_SIZE];
    memcpy(text, value, KEY_TEXT_SIZE);
    text[KEY_TEXT_SIZE] = 0;
    if (zmq_z85_decode(raw, text) == NULL) return refuse(EINVAL);
  } else {
    return refuse(EINVAL);
  }
  self->mechanism = ZMQ_CURVE;
  return set_text(self, place, text, KEY_TEXT_SIZE);
}

static int set_string(struct sim_options *self, int option, const void *value, size_t size) {
  int place = find_text(option);
  if (place < 0) return refuse(EINVAL);
  switch (option) {
    case ZMQ_CURVE_PUBLICKEY:
    case ZMQ_CURVE_SECRETKEY:
    case ZMQ_CURVE_SERVERKEY:
      return set_key(self, place, value, size);
    case ZMQ_PLAIN_USERNAME:
    case ZMQ_PLAIN_PASSWORD:
      if (value == NULL && size == 0) {
        self->mechanism = ZMQ_NULL;
        return 0;
      }
      if (size == 0 || size > SIM_OPTIONS_MAX_ID) return refuse(EINVAL);
      self->as_server = 0;
      self->mechanism = ZMQ_PLAIN;
      break;
    case METADATA:
      if (size == 0 || memchr(value, ':', size) == NULL) return refuse(EINVAL);
      break;
    case ZMQ_ZAP_DOMAIN:
    case ZMQ_GSSAPI_PRINCIPAL:
    case ZMQ_GSSAPI_SERVICE_PRINCIPAL:
      if (size == 0 || size > SIM_OPTIONS_MAX_ID) return refuse(EINVAL);
      break;
    default:
      break;
  }
  return set_text(self, place, value, size);
}

static int set_server(struct sim_options *self, const void *value, size_t size, int mechanism) {
  int on;
  if (sim_options_integer(value, size, &on) != 0) return -1;
  if (on != 0 && on != 1) return refuse(EINVAL);
  self->as_server = on;
  self->mechanism = on != 0 ? mechanism : ZMQ_NULL;
  return 0;
}

int sim_options_set(struct sim_options *self, int option, const void *value, size_t size) {
  const struct integer *entry = find_integer(option);
  int number;
  if (entry != NULL) {
    if (sim_options_integer(value, size, &number) != 0) return -1;
    if (number < entry->least || number > entry->most) return refuse(EINVAL);
    *place_of(self, entry) = number;
    return 0;
  }
  switch (option) {
    case ZMQ_AFFINITY:
    case ZMQ_MAXMSGSIZE:
      if (size != sizeof(int64_t)) return refuse(EINVAL);
      if (option == ZMQ_AFFINITY) memcpy(&self->affinity, value, size);
      if (option == ZMQ_MAXMSGSIZE) memcpy(&self->maxmsgsize, value, size);
      return 0;
    case ZMQ_ROUTING_ID:
      if (size == 0 || size > SIM_OPTIONS_MAX_ID) return refuse(EINVAL);
      memcpy(self->id, value, size);
      self->id_size = size;
      return 0;
    case ZMQ_HEARTBEAT_TTL: /* travels in tenths of a second, in 16 bits */
      if (sim_options_integer(value, size, &number) != 0) return -1;
      if (number / 100 < 0 || number / 100 > UINT16_MAX) return refuse(EINVAL);
      self->heartbeat_ttl = number / 100 * 100;
      return 0;
    case ZMQ_PLAIN_SERVER:
      return set_server(self, value, size, ZMQ_PLAIN);
    case ZMQ_CURVE_SERVER:
      return set_server(self, value, size, ZMQ_CURVE);
    case ZMQ_GSSAPI_SERVER:
      return set_server(self, value, size, ZMQ_GSSAPI);
    case ZMQ_ROUTER_RAW: /* bytes without messages: there are none here */
      return refuse(self->type == ZMQ_ROUTER ? EPROTONOSUPPORT : EINVAL);
    case ZMQ_USE_FD: /* a descriptor is the system's */
      return refuse(EPROTONOSUPPORT);
    default:
      return set_string(self, option, value, size);
  }
}

int sim_options_give(const void *data, size_t have, void *value, size_t *size) {
  if (*size < have) return refuse(EINVAL);
  if (have > 0) memcpy(value, data, have);
  *size = have;
  return 0;
}

static int give_integer(int number, void *value, size_t *size) {
  if (*size != sizeof number) return refuse(EINVAL);
  return sim_options_give(&number, sizeof number, value, size);
}

int sim_options_get(const struct sim_options *self, int option, void *value, size_t *size) {
  const struct integer *entry = find_integer(option);
  if (entry != NULL) {
    return give_integer(*(const int *)((const char *)self + entry->place), value, size);
  }
  switch (option) {
    case ZMQ_AFFINITY:
    case ZMQ_MAXMSGSIZE:
      if (*size != sizeof(int64_t)) return refuse(EINVAL);
      return option == ZMQ_AFFINITY
                 ? sim_options_give(&self->affinity, sizeof(int64_t), value, size)
                 : sim_options_give(&self->maxmsgsize, sizeof(int64_t), value, size);
    case ZMQ_ROUTING_ID:
      return sim_options_give(self->id, self->id_size, value, size);
    case ZMQ_HEARTBEAT_TTL:
      return give_integer(self->heartbeat_ttl, value, size);
    case ZMQ_TYPE:
      return give_integer(self->type, value, size);
    case ZMQ_THREAD_SAFE:
      return give_integer(0, value, size);
    case ZMQ_MECHANISM:
      return give_integer(self->mechanism, value, size);
    case ZMQ_PLAIN_SERVER:
      return give_integer(self->mechanism == ZMQ_PLAIN && self->as_server, value, size);
    case ZMQ_CURVE_SERVER:
      return give_integer(self->mechanism == ZMQ_CURVE && self->as_server, value, size);
    default:
      break;
  }
  int place = find_text(option);
  if (place < 0 || option == METADATA) return refuse(EINVAL);
  const struct sim_options_text *text = &self->text[place];
  return text->data != NULL ? sim_options_give(text->data, text->size + 1, value, size)
                            : sim_options_give("", 1, value, size);
}
