/*
** socket_options.c - see socket_options.h. What is 'live' follows zmq_setsockopt(3).
*/

#include "host/core/socket_options.h"

#include <string.h>

#include <zmq.h>

const struct sockopt sockopt_table[] = {
    {"affinity", ZMQ_AFFINITY, SOCKOPT_LONG, false},
    {"backlog", ZMQ_BACKLOG, SOCKOPT_INTEGER, false},
    {"bindtodevice", ZMQ_BINDTODEVICE, SOCKOPT_STRING, false},
    {"conflate", ZMQ_CONFLATE, SOCKOPT_BOOLEAN, false},
    {"connect_routing_id", ZMQ_CONNECT_ROUTING_ID, SOCKOPT_BINARY, false},
    {"connect_timeout", ZMQ_CONNECT_TIMEOUT, SOCKOPT_INTEGER, false},
    {"curve_publickey", ZMQ_CURVE_PUBLICKEY, SOCKOPT_STRING, false},
    {"curve_secretkey", ZMQ_CURVE_SECRETKEY, SOCKOPT_STRING, false},
    {"curve_server", ZMQ_CURVE_SERVER, SOCKOPT_BOOLEAN, false},
    {"curve_serverkey", ZMQ_CURVE_SERVERKEY, SOCKOPT_STRING, false},
    {"gssapi_plaintext", ZMQ_GSSAPI_PLAINTEXT, SOCKOPT_BOOLEAN, false},
    {"gssapi_principal", ZMQ_GSSAPI_PRINCIPAL, SOCKOPT_STRING, false},
    {"gssapi_principal_nametype", ZMQ_GSSAPI_PRINCIPAL_NAMETYPE, SOCKOPT_INTEGER, false},
    {"gssapi_server", ZMQ_GSSAPI_SERVER, SOCKOPT_BOOLEAN, false},
    {"gssapi_service_principal", ZMQ_GSSAPI_SERVICE_PRINCIPAL, SOCKOPT_STRING, false},
    {"gssapi_service_principal_nametype", ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE, SOCKOPT_INTEGER,
     false},
    {"handshake_ivl", ZMQ_HANDSHAKE_IVL, SOCKOPT_INTEGER, false},
    {"heartbeat_ivl", ZMQ_HEARTBEAT_IVL, SOCKOPT_INTEGER, false},
    {"heartbeat_timeout", ZMQ_HEARTBEAT_TIMEOUT, SOCKOPT_INTEGER, false},
    {"heartbeat_ttl", ZMQ_HEARTBEAT_TTL, SOCKOPT_INTEGER, false},
    {"immediate", ZMQ_IMMEDIATE, SOCKOPT_BOOLEAN, false},
    {"invert_matching", ZMQ_INVERT_MATCHING, SOCKOPT_BOOLEAN, false},
    {"ipv6", ZMQ_IPV6, SOCKOPT_BOOLEAN, false},
    {"linger", ZMQ_LINGER, SOCKOPT_INTEGER, true},
    {"maxmsgsize", ZMQ_MAXMSGSIZE, SOCKOPT_LONG, false},
    {"multicast_hops", ZMQ_MULTICAST_HOPS, SOCKOPT_INTEGER, false},
    {"multicast_maxtpdu", ZMQ_MULTICAST_MAXTPDU, SOCKOPT_INTEGER, false},
    {"plain_password", ZMQ_PLAIN_PASSWORD, SOCKOPT_STRING, false},
    {"plain_server", ZMQ_PLAIN_SERVER, SOCKOPT_BOOLEAN, false},
    {"plain_username", ZMQ_PLAIN_USERNAME, SOCKOPT_STRING, false},
    {"probe_router", ZMQ_PROBE_ROUTER, SOCKOPT_BOOLEAN, true},
    {"rate", ZMQ_RATE, SOCKOPT_INTEGER, false},
    {"rcvbuf", ZMQ_RCVBUF, SOCKOPT_INTEGER, false},
    {"rcvhwm", ZMQ_RCVHWM, SOCKOPT_INTEGER, true},
    {"rcvtimeo", ZMQ_RCVTIMEO, SOCKOPT_INTEGER, true},
    {"reconnect_ivl", ZMQ_RECONNECT_IVL, SOCKOPT_INTEGER, false},
    {"reconnect_ivl_max", ZMQ_RECONNECT_IVL_MAX, SOCKOPT_INTEGER, false},
    {"recovery_ivl", ZMQ_RECOVERY_IVL, SOCKOPT_INTEGER, false},
    {"req_correlate", ZMQ_REQ_CORRELATE, SOCKOPT_BOOLEAN, true},
    {"req_relaxed", ZMQ_REQ_RELAXED, SOCKOPT_BOOLEAN, true},
    {"router_handover", ZMQ_ROUTER_HANDOVER, SOCKOPT_BOOLEAN, true},
    {"router_mandatory", ZMQ_ROUTER_MANDATORY, SOCKOPT_BOOLEAN, true},
    {"router_raw", ZMQ_ROUTER_RAW, SOCKOPT_BOOLEAN, false},
    {"routing_id", ZMQ_ROUTING_ID, SOCKOPT_BINARY, false},
    {"sndbuf", ZMQ_SNDBUF, SOCKOPT_INTEGER, false},
    {"sndhwm", ZMQ_SNDHWM, SOCKOPT_INTEGER, true},
    {"sndtimeo", ZMQ_SNDTIMEO, SOCKOPT_INTEGER, true},
    {"socks_proxy", ZMQ_SOCKS_PROXY, SOCKOPT_STRING, false},
    {"stream_notify", ZMQ_STREAM_NOTIFY, SOCKOPT_BOOLEAN, false},
    {"tcp_keepalive", ZMQ_TCP_KEEPALIVE, SOCKOPT_INTEGER, false},
    {"tcp_keepalive_cnt", ZMQ_TCP_KEEPALIVE_CNT, SOCKOPT_INTEGER, false},
    {"tcp_keepalive_idle", ZMQ_TCP_KEEPALIVE_IDLE, SOCKOPT_INTEGER, false},
    {"tcp_keepalive_intvl", ZMQ_TCP_KEEPALIVE_INTVL, SOCKOPT_INTEGER, false},
    {"tcp_maxrt", ZMQ_TCP_MAXRT, SOCKOPT_INTEGER, false},
    {"tos", ZMQ_TOS, SOCKOPT_INTEGER, false},
    {"use_fd", ZMQ_USE_FD, SOCKOPT_INTEGER, false},
    {"xpub_manual", ZMQ_XPUB_MANUAL, SOCKOPT_BOOLEAN, true},
    {"xpub_nodrop", ZMQ_XPUB_NODROP, SOCKOPT_BOOLEAN, true},
    {"xpub_verbose", ZMQ_XPUB_VERBOSE, SOCKOPT_BOOLEAN, true},
    {"xpub_verboser", ZMQ_XPUB_VERBOSER, SOCKOPT_BOOLEAN, true},
    {"xpub_welcome_msg", ZMQ_XPUB_WELCOME_MSG, SOCKOPT_BINARY, true},
    {"zap_domain", ZMQ_ZAP_DOMAIN, SOCKOPT_STRING, false},
    {NULL, 0, SOCKOPT_INTEGER, false},
};

const struct socket_type socket_types[] = {
    {"dealer", ZMQ_DEALER},
    {"pair", ZMQ_PAIR},
    {"pub", ZMQ_PUB},
    {"pull", ZMQ_PULL},
    {"push", ZMQ_PUSH},
    {"rep", ZMQ_REP},
    {"req", ZMQ_REQ},
    {"router", ZMQ_ROUTER},
    {"stream", ZMQ_STREAM},
    {"sub", ZMQ_SUB},
    {"xpub", ZMQ_XPUB},
    {"xsub", ZMQ_XSUB},
    {NULL, 0},
};

const struct sockopt *sockopt_find(const char *name) {
  for (const struct sockopt *each = sockopt_table; each->name != NULL; each++) {
    if (strcmp(each->name, name) == 0) return each;
  }
  return NULL;
}

const struct socket_type *socket_type_find(const char *name) {
  for (const struct socket_type *each = socket_types; each->name != NULL; each++) {
    if (strcmp(each->name, name) == 0) return each;
  }
  return NULL;
}

const char *socket_type_name(int type) {
  for (const struct socket_type *each = socket_types; each->name != NULL; each++) {
    if (each->type == type) return each->name;
  }
  return "?";
}
