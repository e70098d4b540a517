/*
** connection.h - a stream between two hosts: tcp or ipc with ZMTP over it.
**
** Carries messages in order, each way with a delay and limited room on the wire.
** It breaks in three ways: an end closes it, both ends lose it, or it falls
** silent. How it comes up is in handshake.h; what is done when it is lost is its
** owner's.
*/

#ifndef HOST_SIM_NET_CONNECTION_H
#define HOST_SIM_NET_CONNECTION_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/sim/net/listener.h"
#include "host/sim/net/pipe.h"
#include "host/sim/net/wire.h"

/* The steps of coming up. */
enum connection_step {
  CONNECTION_SEEK,
  CONNECTION_CONNECTED,
  CONNECTION_ACCEPT,
  CONNECTION_READY,
  CONNECTION_REFUSED,
  CONNECTION_DONE,
};

/* What the connecting side is called for. */
struct connection_owner {
  void (*up)(struct connection *self);
  /* There was none, or it broke. 'fatal': the peer is not one to talk to. */
  void (*lost)(struct connector *connector, bool was_up, bool fatal);
};

struct connection_end {
  struct connection *connection;
  struct sim_host *host; /* NULL: no socket was found to accept yet */
  struct pipe *pipe;     /* NULL before the handshake, or given up by its socket */
  struct pipe *leaving;  /* the one that was, until its socket has read it to its end */
  struct list link;      /* in the host's list */
  bool open;             /* has not learnt of any end */
  bool up;               /* the handshake is done */
  int64_t up_since;
  int descriptor;
  const char *endpoint; /* for events: as connected to, as bound */
  struct sim_options options;
  struct sim_socket *socket; /* for events and for the pipe; NULL once closed */
  struct timer heartbeat;    /* also limits the handshake */
  bool overdue;              /* the limit passed while the node stood still */
  struct timer room;         /* the pipe learns how much was put on the wire */
};

struct connection {
  struct network *network;
  struct connector *connector; /* NULL when it has moved on */
  const struct connection_owner *owner;
  struct connection_end end[2];
  struct wire wire;
  struct sim_endpoint address;
  struct listener *listener; /* that accepted it; may be gone */
  char endpoint[WORLD_ENDPOINT_SIZE], bound[WORLD_ENDPOINT_SIZE];
  enum connection_step step;
  int tries;     /* of the present step, lost on the way */
  int silencer;  /* the number of the fault that keeps it silent, from 1; -1: a dead machine */
  bool impaired; /* something is in its way, ... */
  int64_t impaired_since;
  struct timer setup; /* the next step */
  struct list closed; /* in the network's list of those that both ends have closed */
};

/* One that a host connects, not yet begun; NULL and ENOMEM. 'socket' hears of its events; 'pipe'
** is its pipe, or NULL. */
struct connection *connection_new(struct sim_host *host, struct sim_socket *socket,
                                  const struct sim_options *options, struct pipe *pipe);
void connection_free(struct connection *self);
/* Free those that both ends have closed: after an event. */
void connection_reap(struct network *network);

void connection_set_host(struct connection *self, int end, struct sim_host *host);

/* Move what waits at this end on to the wire. */
void connection_flush(struct connection *self, int end);
/* Something was written at this end. */
void connection_written(struct connection *self, int end);
/* What held up the way to this end may be gone. */
void connection_go_on(struct connection *self, int end);
/* The receiver's queue has room again. */
void connection_resume(struct connection *self, int end);

/* This end closes: the other learns in order. */
void connection_shut(struct connection *self, int end);
/* Both ends learn that it is broken, and what was on the way is lost. */
void connection_cut(struct connection *self);
/* As connection_cut, and the peers are not to talk to each other again. */
void connection_reject(struct connection *self);
/* This end learns that it is lost, the other learns in order. 'fatal': the peer
** is not one to talk to. */
void connection_lose(struct connection *self, int end, bool fatal);
/* A socket closes: it hears no more of its connections, and those without a pipe
** are closed. */
void connection_leave(struct sim_socket *socket);
/* What was accepted through this listener is closed as soon as what it brought is read: until then,
** as in libzmq, its peer may send, to no end. */
void connection_unlisten(struct listener *listener);

/* A pipe for the accepting end, not yet attached; NULL and ENOMEM. */
struct pipe *connection_accept_pipe(struct connection *self);
/* Give the peer's routing id to this end's pipe, if its type asks for it. */
void connection_introduce(struct connection *self, int end);

static inline struct sim_monitor *connection_monitor(const struct connection_end *end) {
  return end->socket != NULL ? &end->socket->monitor : NULL;
}

/* The connections of a host, one after the other: from its list, and from the one
** before, which may be closed meanwhile. NULL behind the last. Both ends may be
** in one list, and then they are freed together. */
static inline struct connection_end *connection_first(struct list *all) {
  return list_empty(all) ? NULL : list_entry(all->next, struct connection_end, link);
}
static inline struct connection_end *connection_after(struct list *all,
                                                      struct connection_end *end) {
  struct list *link = end->link.next;
  assert(link != NULL); /* it is in the list */
  if (link != all && list_entry(link, struct connection_end, link)->connection == end->connection) {
    link = link->next;
  }
  return link == all ? NULL : list_entry(link, struct connection_end, link);
}

static inline int connection_end_of(const struct connection *self, const struct pipe *pipe) {
  return self->end[CONNECTING_END].pipe == pipe ? CONNECTING_END : ACCEPTING_END;
}
/* The number of the host at the other end of this one's pipe; -1 if there is none. */
int connection_peer(const struct connection *self, const struct pipe *pipe);

#endif
