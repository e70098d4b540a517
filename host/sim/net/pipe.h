/*
** pipe.h - a socket's end of the way to one peer: what waits to be received, what
** waits to be sent.
**
** Over inproc a pipe writes into its peer's queue; over a network it has a queue
** of its own that its transport empties. Knows no socket type and no connection:
** both are called through the functions they gave.
*/

#ifndef HOST_SIM_NET_PIPE_H
#define HOST_SIM_NET_PIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/sim/net/message_queue.h"
#include "host/sim/net/sim_host.h"
#include "host/sim/net/sim_options.h"

struct connection;
struct connector;
struct pipe;
struct sim_socket;

/* As in libzmq a pipe whose peer has closed ends in steps: its socket hears of it by a command, and
** reads the end mark behind the last message; both in either order. Then the two ends acknowledge,
** and the socket forgets the pipe when it hears of that. */
enum pipe_state {
  PIPE_ACTIVE,
  PIPE_DRAINING, /* the peer is gone; what it sent can still be read, up to the mark */
  PIPE_MARKED,   /* the mark was read; the command is still to come */
  PIPE_LEAVING,  /* both: neither read nor written any more */
  PIPE_CLOSED,   /* no longer its socket's */
};

/* What the other side tells the socket. As in libzmq it is put into the socket's mailbox, and has
** no effect before the socket looks there. */
enum pipe_command {
  PIPE_ATTACH,   /* it is a new one */
  PIPE_READABLE, /* it was found empty, and is not */
  PIPE_WRITABLE, /* half a queue was read */
  PIPE_HICCUP,   /* its connection was lost, and what was unsent */
  PIPE_GONE,     /* the peer has closed */
  PIPE_ENDED,    /* both ends know it */
  PIPE_COMMANDS,
};

struct pipe_entry {
  struct list link; /* in the mailbox */
  struct pipe *pipe;
  enum pipe_command command;
};

/* The socket that reads and writes. */
struct pipe_user {
  void (*posted)(struct pipe *self); /* a command was put into the mailbox */
  void (*ended)(struct pipe *self);  /* nothing more will come: detach it */
};

/* What carries its messages over a network. */
struct pipe_transport {
  void (*written)(struct pipe *self);  /* something is to be sent */
  void (*has_room)(struct pipe *self); /* more can be received */
  /* The socket has closed the pipe; 'lingers': what is unsent is to be sent. */
  void (*closed)(struct pipe *self, bool lingers);
  void (*given_up)(struct pipe *self);  /* what is unsent is lost */
  int (*peer)(const struct pipe *self); /* the other host's number, or -1 */
  /* Both ends know that the pipe ends. May be NULL. */
  void (*left)(struct pipe *self);
};

struct pipe {
  struct sim_host *host;
  struct sim_socket *socket;    /* NULL: closed; what is unsent may linger */
  const struct pipe_user *user; /* of the socket */
  const struct network_label *label;
  struct list *mailbox; /* the socket's */
  struct pipe_entry entry[PIPE_COMMANDS];
  struct pipe *peer;                      /* over inproc, else NULL */
  const struct pipe_transport *transport; /* NULL over inproc */
  struct connection *connection;          /* the transport's, while there is one */
  struct connection *leaves;    /* one that closes when both ends know of this one's end */
  struct connector *connector;  /* the transport's: of a connecting socket, else NULL */
  struct message_queue in, out; /* 'out' only over a network */
  struct message *begun;        /* written without its end; the next write ends it */
  enum pipe_state state;
  bool waiting;            /* for a bind, over inproc */
  bool marked;             /* the peer's end mark is behind what is in 'in' */
  bool local;              /* made by this socket's connect */
  bool no_delay;           /* what is unread when the peer goes is not read any more */
  bool asleep;             /* was found empty, so the next message is told */
  bool hiccuped;           /* what is unsent is lost as soon as the socket hears of it */
  bool in_active;          /* false: was found empty */
  bool out_active;         /* false: was found full */
  bool ignored;            /* attached, but its socket ignores it ... */
  bool refused;            /* ... and not even its queue takes anything */
  int place[2];            /* in the socket's pipes to read, to write */
  struct list link;        /* in the socket's or, lingering, in the host's list */
  struct list terminating; /* in the network's list */
  struct timer linger, acknowledged;
  char *endpoint;          /* inproc: what was connected to; NULL at the other end */
  int boost_in, boost_out; /* inproc: the peer's share of the water marks; -1 none */
  /* For a ROUTER: */
  unsigned char *id;
  size_t id_size;
  struct pipe *next_id;
  uint64_t mark; /* of a PUB: the message that goes to this pipe */
};

struct pipe *pipe_new(struct sim_host *host);
void pipe_free(struct pipe *self);

/* Both queues by a socket's options, as it connects or accepts. */
void pipe_init_queues(struct pipe *self, const struct sim_options *options);
/* Both water marks anew, as libzmq does when the option is set. */
void pipe_set_hwm(struct pipe *self, int in, int out);

/* The number of the host at the other end; -1 if there is none. */
int pipe_peer(const struct pipe *self);

/* May a message be written now? */
bool pipe_check_write(struct pipe *self);
/* Write a message; false if there is no room, and then it is still the caller's. */
bool pipe_write(struct pipe *self, struct message *message);

/* The next message without taking it; NULL if there is none. */
struct message *pipe_peek(struct pipe *self);
struct message *pipe_read(struct pipe *self);

/* From the other side: put a message in; there is something to read. */
void pipe_deliver(struct pipe *self, struct message *message);
void pipe_arrived(struct pipe *self);
/* Tell the socket. A command that it has not heard yet stays where it is in the mailbox. */
void pipe_post(struct pipe *self, enum pipe_command command);
/* The peer's routing id, for a ROUTER or REP to read first; nothing when there is no memory. */
void pipe_introduce(struct pipe *self, const struct sim_options *peer);

/* The peer has gone: have the socket drain what it sent, then leave it. */
void pipe_peer_gone(struct pipe *self);
/* As that, when the socket has heard of it: it can read what is there, up to the end mark. */
void pipe_drain(struct pipe *self);

/* Nothing more can be read that is of use; leave the socket soon. */
void pipe_terminate(struct pipe *self);

/* Take terminating pipes from their sockets: after an event, when no function up the stack uses
** one. */
void pipe_reap(struct network *network);

/* The socket gives this pipe up, dropping what it has not read; what is unsent
** lingers so many ms (-1: for ever). Its type has been told already. 'closes': the socket does,
*and
** libzmq leaves that to another thread, so that its peer over inproc hears of it only then. */
void pipe_close(struct pipe *self, int ms, bool closes);

/* Stop lingering: what is unsent is lost. */
void pipe_give_up(struct pipe *self);

/* Drop the beginning of a message. */
void pipe_forget_begun(struct pipe *self);
/* Drop what is in a queue. */
void pipe_drop_queue(struct pipe *self, struct message_queue *queue);

#endif
