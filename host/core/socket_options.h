/*
** socket_options.h - libzmq's socket types and options by their names in lower case.
**
** A table, and the conversion of numbers to libzmq's types. Reads no script and
** sets nothing: that goes through the world.
*/

#ifndef HOST_CORE_SOCKET_OPTIONS_H
#define HOST_CORE_SOCKET_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zmq.h>

enum sockopt_kind {
  SOCKOPT_BOOLEAN, /* int, 0 or 1 */
  SOCKOPT_INTEGER, /* int */
  SOCKOPT_LONG,    /* int64_t or uint64_t */
  SOCKOPT_STRING,  /* text */
  SOCKOPT_BINARY,  /* bytes */
};

struct sockopt {
  const char *name;
  int option;
  enum sockopt_kind kind;
  bool live; /* takes effect on a socket that is already bound or connected */
};

struct socket_type {
  const char *name;
  int type;
};

/* Both end with a NULL name. */
extern const struct sockopt sockopt_table[];
extern const struct socket_type socket_types[];

/* By name; NULL when there is none. */
const struct sockopt *sockopt_find(const char *name);
const struct socket_type *socket_type_find(const char *name);

/* Does a message of this type begin with the peer it is for? Then its sends do not wait, since one
** peer that does not read must not stop the others. */
static inline bool socket_type_names_peers(int type) {
  return type == ZMQ_ROUTER || type == ZMQ_STREAM;
}

/* libzmq calls these writable at any time, full or not: room is found by trying. */
static inline bool socket_type_hides_room(int type) {
  return type == ZMQ_PUB || type == ZMQ_XPUB;
}

/* By number, for messages; "?" when there is none. */
const char *socket_type_name(int type);

#endif
