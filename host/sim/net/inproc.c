/*
** inproc.c - see inproc.h.
*/

#include "host/sim/net/inproc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The other end of a connect that no socket has been bound for yet. */
struct waiting_peer {
  struct pipe *pipe;     /* the end that the binding socket will get */
  struct sim_host *host; /* that connected */
  struct sim_options options;
  struct sim_endpoint address;
  struct list link;
};

static bool wants_id(int type) {
  return type == ZMQ_ROUTER || type == ZMQ_REP;
}

/* A queue is as long as the sender's and the receiver's mark together. */
static void boost(struct pipe *pipe, const struct sim_options *own,
                  const struct sim_options *peer) {
  pipe->boost_in = peer->sndhwm;
  pipe->boost_out = peer->rcvhwm;
  pipe_set_hwm(pipe, own->rcvhwm, own->sndhwm);
}

static struct pipe *make_pair(struct sim_socket *socket, const char *endpoint) {
  struct pipe *local = pipe_new(socket->host), *remote = pipe_new(socket->host);
  char *copy = strdup(endpoint);
  if (local == NULL || remote == NULL || copy == NULL) {
    free(local);
    free(remote);
    free(copy);
    return NULL;
  }
  /* Lanes by the connecting socket's options: what it sends goes to the remote
  ** end's queue. */
  struct sim_options reversed = socket->options;
  reversed.rcvhwm = socket->options.sndhwm;
  pipe_init_queues(local, &socket->options);
  pipe_init_queues(remote, &reversed);
  local->peer = remote;
  remote->peer = local;
  local->local = true;
  local->endpoint = copy;
  return local;
}

static int wait_for_bind(struct sim_socket *socket, struct pipe *remote,
                         const struct sim_endpoint *address) {
  struct waiting_peer *waiting = calloc(1, sizeof *waiting);
  if (waiting == NULL) return -1;
  waiting->pipe = remote;
  remote->waiting = true;
  waiting->host = socket->host;
  waiting->options = sim_options_for_connection(&socket->options);
  waiting->address = *address;
  list_init(&waiting->link);
  list_append(&socket->network->waiting_peers, &waiting->link);
  pipe_introduce(remote, &socket->options);
  return 0;
}

int inproc_connect(struct sim_socket *socket, const struct sim_endpoint *address,
                   const char *endpoint) {
  struct listener *listener = listener_find(socket->network, socket->host, address);
  if (listener == NULL && socket->options.conflate) { /* libzmq would abort */
    errno = ENOTSUP;
    return -1;
  }
  struct pipe *local = make_pair(socket, endpoint);
  if (local == NULL) return -1;
  struct pipe *remote = local->peer;
  if (listener == NULL) {
    if (wait_for_bind(socket, remote, address) != 0) {
      pipe_free(local);
      pipe_free(remote);
      return -1;
    }
    return sim_socket_attach(socket, local);
  }
  const struct sim_options *theirs = &listener->socket->options;
  boost(local, &socket->options, theirs);
  if (wants_id(theirs->type)) pipe_introduce(remote, &socket->options);
  if (wants_id(socket->options.type)) pipe_introduce(local, theirs);
  remote->host = listener->socket->host;
  remote->boost_in = socket->options.sndhwm;
  remote->boost_out = socket->options.rcvhwm;
  int status = sim_socket_attach(socket, local);
  sim_socket_post(listener->socket, remote);
  return status;
}

static void join(struct listener *listener, struct waiting_peer *waiting) {
  struct network *network = listener->socket->network;
  struct pipe *pipe = waiting->pipe, *peer = pipe->peer;
  const struct sim_options *ours = &listener->socket->options;
  if (!wants_id(ours->type)) message_free(&network->messages, pipe_read(pipe));
  pipe->host = listener->socket->host;
  pipe->waiting = false;
  if (peer != NULL) {
    peer->boost_in = ours->sndhwm;
    peer->boost_out = ours->rcvhwm;
    boost(pipe, ours, &waiting->options);
  }
  sim_socket_attach(listener->socket, pipe);
  /* As in libzmq only now: what the socket wrote when it was attached, a probe, comes first. */
  if (peer != NULL && wants_id(waiting->options.type)) pipe_introduce(peer, ours);
  if (peer == NULL) pipe_peer_gone(pipe); /* in the meantime; what it sent is there */
}

static void forget_peer(struct waiting_peer *waiting) {
  list_remove(&waiting->link);
  free(waiting);
}

void inproc_bound(struct listener *listener) {
  struct list *waiting_peers = &listener->socket->network->waiting_peers;
  struct list *link = waiting_peers->next, *next;
  for (; link != waiting_peers; link = next) {
    next = link->next;
    struct waiting_peer *waiting = list_entry(link, struct waiting_peer, link);
    if (!sim_endpoint_reaches(&waiting->address, waiting->host, &listener->address,
                              listener->socket->host)) {
      continue;
    }
    join(listener, waiting);
    forget_peer(waiting);
  }
}

int inproc_disconnect(struct sim_socket *socket, const char *endpoint) {
  bool found = false;
  struct list *link = socket->pipes.next, *next;
  for (; link != &socket->pipes; link = next) {
    next = link->next;
    struct pipe *pipe = list_entry(link, struct pipe, link);
    if (pipe->endpoint == NULL || strcmp(pipe->endpoint, endpoint) != 0) continue;
    found = true;
    if (pipe->state == PIPE_DRAINING) { /* as in libzmq, what is unread can still be read */
      free(pipe->endpoint);
      pipe->endpoint = NULL;
    } else {
      sim_socket_detach(pipe, 0);
    }
  }
  if (found) return 0;
  errno = ENOENT;
  return -1;
}

void inproc_forget(struct network *network, const struct sim_host *host) {
  struct list *waiting_peers = &network->waiting_peers;
  struct list *link = waiting_peers->next, *next;
  for (; link != waiting_peers; link = next) {
    next = link->next;
    struct waiting_peer *waiting = list_entry(link, struct waiting_peer, link);
    if (host != NULL && waiting->host != host) continue;
    if (waiting->pipe->peer != NULL) waiting->pipe->peer->peer = NULL;
    pipe_free(waiting->pipe);
    forget_peer(waiting);
  }
}
