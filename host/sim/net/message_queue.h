/*
** message_queue.h - a socket's end of the way to one peer: what waits to be received,
** what waits to be sent, and how full both are.
**
** The water marks are libzmq's own: a writer hears of room only once per half a
** queue read, so a full queue is not writable again after one message. An
** inproc pipe writes into its peer's lane; a pipe over a network has a lane of
** its own that a connection empties. Knows no socket type.
*/

#ifndef HOST_SIM_NET_MESSAGE_QUEUE_H
#define HOST_SIM_NET_MESSAGE_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/sim/net/message.h"

struct connection;
struct connector;
struct sim;
struct sim_node;
struct sim_socket;

/* A queue of messages with a high-water mark. */
struct lane {
  struct message *first, *last;
  int hwm; /* 0: none */
  int lwm;
  uint64_t written, read; /* messages, ever */
  uint64_t seen;          /* what the writer knows of 'read' */
  bool conflate;          /* keeps the last message only */
};

void lane_init(struct lane *self, int hwm, bool conflate);
static inline bool lane_full(const struct lane *self) {
  return self->hwm > 0 && self->written - self->seen >= (uint64_t)self->hwm;
}
void lane_put(struct lane *self, struct messages *pool, struct message *message);
/* The first message, or NULL. */
struct message *lane_take(struct lane *self);
/* Tell the writer how much was read, if that is due; whether it is news. */
static inline bool lane_grant(struct lane *self) {
  if (self->lwm == 0 || self->read - self->seen < (uint64_t)self->lwm) return false;
  self->seen = self->read - self->read % (uint64_t)self->lwm;
  return true;
}

enum pipe_state {
  PIPE_ACTIVE,
  PIPE_DRAINING, /* the peer is gone; what it sent can still be read */
  PIPE_CLOSED,   /* no longer its socket's */
};

struct pipe {
  struct sim_node *node;
  struct sim_socket *socket;     /* NULL: closed; what is unsent may linger */
  struct pipe *peer;             /* over inproc, else NULL */
  struct connection *connection; /* over a network, while there is one */
  struct connector *connector;   /* of a connecting socket, else NULL */
  struct lane in, out;           /* 'out' only over a network */
  enum pipe_state state;
  bool waiting;       /* for somebody to bind, over inproc */
  bool local;         /* made by this socket's connect */
  bool no_delay;      /* what is unread when the peer goes is not read any more */
  bool in_active;     /* false: was found empty, so its socket wants to hear */
  bool out_active;    /* false: was found full */
  bool stuck;         /* attached, but its socket ignores it ... */
  bool refused;       /* ... and not even its queue takes anything */
  int place[2];       /* in the socket's list of pipes to read, to write */
  struct list link;   /* in the socket's or, lingering, in the node's list */
  struct list doomed; /* in the list of what to detach after this event */
  struct timer linger;
  int64_t flushed;         /* when messages went from 'out' on to the wire */
  char *endpoint;          /* inproc: what was connected to; NULL at the other end */
  int boost_in, boost_out; /* inproc: the peer's share of the water marks; -1 none */
  /* For a ROUTER: */
  unsigned char *id;
  size_t id_size;
  struct pipe *next_id;
  uint64_t mark; /* of a PUB: the message that goes to this pipe */
};

/* Both water marks anew, as libzmq does when the option is set. */
void pipe_set_hwm(struct pipe *self, int in, int out);

struct pipe *pipe_new(struct sim_node *node);
void pipe_free(struct pipe *self);

/* May a message be written now? */
bool pipe_check_write(struct pipe *self);
/* Write a message; false if there is no room, and then it is still the caller's. */
bool pipe_write(struct pipe *self, struct message *message);

/* The next message without taking it; NULL if there is none. */
struct message *pipe_peek(struct pipe *self);
struct message *pipe_read(struct pipe *self);

/* From the other side: there is something to read, there is room. */
void pipe_arrived(struct pipe *self);
void pipe_has_room(struct pipe *self);

/* The peer has gone: drain what it sent, then leave the socket. */
void pipe_peer_gone(struct pipe *self);

/* Nothing more can be read that is of use; leave the socket soon. */
void pipe_doom(struct pipe *self);

/* Take doomed pipes from their sockets: after an event, when nobody is in the
** middle of using one. */
void pipes_reap(struct sim *sim);

/* The socket gives this pipe up, dropping what it has not read; what is unsent
** lingers so many ms (-1: for ever). Its type has been told already. */
void pipe_close(struct pipe *self, int linger);

/* Stop lingering: what is unsent is lost. */
void pipe_give_up(struct pipe *self);

/* Drop what is in a lane. */
void pipe_drop_lane(struct pipe *self, struct lane *lane);

#endif
