/*
** socket.h - a node's socket: when it is to be served, and what it counts.
**
** What is done with a message is up to its user: a script's handler or a relay.
*/

#ifndef HOST_CORE_SOCKET_H
#define HOST_CORE_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/readiness.h"

struct node;
struct socket;

enum { SOCKET_BURST = 100 }; /* messages it may give before the next one has its turn */

struct socket_user {
  /* Take messages with socket_receive until it says there are none, or until
  ** node_may_run says it is enough. */
  void (*serve)(struct socket *socket);
  /* There may be room: try again what waits to be sent. */
  void (*room)(struct socket *socket);
  /* May the socket be read now? Asked for a shut socket, again and again. */
  bool (*guard)(struct socket *socket);
  void (*connection)(struct socket *socket, const struct world_event *event);
};

struct relay;

struct socket_counts {
  uint64_t in, out;     /* messages */
  uint64_t dropped;     /* received but refused: too many frames */
  uint64_t unreachable; /* sends to a peer a ROUTER does not know */
  uint64_t full;        /* sends that found no room */
};

struct socket {
  struct world_socket *world; /* NULL when closed */
  struct node *node;          /* never looked into here */
  struct readiness *readiness;
  const struct socket_user *user;
  int type;
  int served;          /* messages taken in this round */
  int wanted;          /* what it wants when an exchange has left it closed */
  bool conflates;      /* it keeps only the latest message, of one frame */
  bool shut;           /* its guard said no; not read until it says yes */
  struct list link;    /* in the node: ready, serving or shut */
  struct list open;    /* in the node: every open socket */
  struct relay *relay; /* its user, when it is part of one */
  struct socket_counts counts;
};

/* A closed socket of the node that has these lists. */
void socket_init(struct socket *self, struct node *node, struct readiness *readiness,
                 const struct socket_user *user);

/* Open with the host's defaults: a bounded linger, heartbeats, ROUTER
** mandatory, a limit on message size. 0, or -1 and errno. */
int socket_open(struct socket *self, int type);

/* Close; also a socket that is closed already. */
void socket_close(struct socket *self);

/* Exchange what two sockets stand for: their connections and queues, their type.
** What each wants stays, and so do its counts. */
void socket_swap(struct socket *self, struct socket *other);

/* Say what is wanted from now on (WORLD_READABLE, WORLD_WRITABLE or both). */
void socket_want(struct socket *self, int what, bool on);
static inline bool socket_wants(const struct socket *self, int what) {
  return self->world != NULL && (self->world->wants & what) != 0;
}

/* Stop reading until the guard says yes. */
void socket_shut(struct socket *self);

/* As the world's functions, after a check of how many frames the socket takes (EINVAL); counting,
 *and knowing what EAGAIN means for the
 ** readiness of this socket. A message with too many frames is counted and
 ** skipped: socket_receive goes on to the next, but makes way (EAGAIN, and still
 ** ready) for other sockets when it has skipped as many as a round allows. What an
 ** error left in 'frames' is closed. */
int socket_send(struct socket *self, struct frames *frames);
int socket_receive(struct socket *self, struct frames *frames);

/* Read what has not been read: after a change that raises no edge. */
void socket_look_again(struct socket *self);

/* For the node: is there something to do for it now? */
static inline bool socket_has_work(const struct socket *self) {
  const struct world_socket *world = self->world;
  return world != NULL && (world->ready & world->wants & (self->shut ? ~WORLD_READABLE : ~0)) != 0;
}

#endif
