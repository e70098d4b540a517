/*
** connection.h - a stream between two nodes: tcp or ipc with ZMTP over it.
**
** A connection takes two round trips to come up, then carries messages in order,
** each way with a delay and limited room on the wire. It breaks in three ways:
** an end closes it, both ends lose it, or it falls silent. Knows nothing of
** reconnecting: that is the connector's business.
*/

#ifndef HOST_SIM_NET_CONNECTION_H
#define HOST_SIM_NET_CONNECTION_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/core/list.h"
#include "host/core/timers.h"
#include "host/sim/net/message_queue.h"
#include "host/sim/net/network.h"

struct sim;

/* The ends; a direction has the number of the end that receives. */
enum { CONNECTING_END, ACCEPTING_END };

struct direction {
  struct message *first, *last; /* on the wire */
  int64_t bytes, room;
  int64_t arrival; /* of the latest message */
  int64_t put;     /* when that was put on the wire */
  bool blocked;    /* the receiver's queue is full */
  bool held;       /* the first has left the wire: the receiver has it, but no room for it */
  bool connecting; /* it is the way to the connecting end */
  bool ends;       /* after what is on the wire, the stream ends */
  struct timer timer;
};

struct connection_end {
  struct connection *connection;
  struct sim_node *node; /* NULL: nobody was found to accept yet */
  struct pipe *pipe;     /* NULL before the handshake, or given up by its socket */
  struct list link;      /* in the node's list */
  bool open;             /* has not learnt of any end */
  bool up;               /* the handshake is done */
  int64_t up_since;
  int descriptor;
  const char *endpoint; /* for events: as connected to, as bound */
  struct settings settings;
  struct sim_socket *socket; /* for events and for the pipe; NULL once closed */
  struct timer
      heartbeat;     /* when it gives up; before the handshake, what is left of the time for it */
  bool overdue;      /* that was so before the handshake, while the node stood still */
  struct timer room; /* the pipe learns how much was put on the wire */
};

struct connection {
  struct sim *sim;
  struct connector *connector; /* NULL when it has moved on */
  struct connection_end end[2];
  struct direction to[2];
  struct address address;
  struct listener *listener; /* that accepted it; may be gone */
  char endpoint[WORLD_ENDPOINT_SIZE], bound[WORLD_ENDPOINT_SIZE];
  int step;      /* of setting up */
  int tries;     /* of the present step, lost on the way */
  int silences;  /* what keeps it silent: a half-open fault, a dead machine */
  int silencer;  /* the number of that fault, from 1 */
  bool impaired; /* something is in its way, ... */
  int64_t impaired_since;
  struct timer setup; /* the next step */
  struct list closed; /* in the simulation's list of those that both ends have closed */
};

/* Begin; the result comes to the connector. NULL and ENOMEM. */
struct connection *connection_new(struct connector *connector);

/* Move what waits at this end on to the wire. */
void connection_flush(struct connection *self, int end);
/* The receiver's queue has room again. */
void connection_resume(struct connection *self, int end);

/* This end closes: the other learns in order. */
void connection_shut(struct connection *self, int end);
/* Both ends learn that it is broken, and what was on the way is lost. */
void connection_cut(struct connection *self);
/* This end learns that it is lost, the other learns in order. 'fatal': the peer
** is not one to talk to. */
void connection_lose(struct connection *self, int end, bool fatal);
void connection_free(struct connection *self);
/* Free those that both ends have closed: after an event. */
void connections_reap(struct sim *sim);
/* A socket closes: it hears no more of its connections, and those without a pipe
** are closed. */
void connections_leave(struct sim_socket *socket);

/* What is in the way of this connection may have changed: a partition, a pause,
** a silence. */
void connection_reconsider(struct connection *self);

/* What was accepted through this listener is closed; what has been received of it
** can still be read. */
void connections_unlisten(struct listener *listener);

/* A pipe for this end, not yet attached; NULL and ENOMEM. */
struct pipe *connection_make_pipe(struct connection *self, int end);
void connection_init_lanes(struct pipe *pipe, const struct settings *settings);
/* Say the peer's routing id to this end's pipe, if its type asks for it. */
void connection_introduce(struct connection *self, int end);

/* The connections of a node, one after the other: from its list, and from the one
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

#endif
