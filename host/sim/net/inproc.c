/*
** inproc.c - sockets of one host joined directly: no connection, no delay, and
** one queue each way that is as long as both ends' together.
**
** As in libzmq nobody checks whether the types suit each other, and who connects
** before anybody is bound may send at once.
*/

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/connection.h"
#include "host/sim/net/sim_socket.h"
#include "host/sim/net/state.h"

static bool wants_id(int type) {
  return type == ZMQ_ROUTER || type == ZMQ_REP;
}

/* What the owner of 'settings' says about itself, for 'pipe' to read first. */
static void introduce(struct sim *sim, const struct settings *settings, struct pipe *pipe) {
  struct message *message = message_make(&sim->messages, settings->id, settings->id_size);
  if (message == NULL) return;
  message->introduction = true;
  lane_put(&pipe->in, &sim->messages, message);
  pipe_arrived(pipe);
}

/* A queue is as long as the sender's and the receiver's mark together. */
static void boost(struct pipe *pipe, const struct settings *own, const struct settings *peer) {
  pipe->boost_in = peer->sndhwm;
  pipe->boost_out = peer->rcvhwm;
  pipe_set_hwm(pipe, own->rcvhwm, own->sndhwm);
}

static struct pipe *make_pair(struct sim_socket *socket, const char *endpoint) {
  struct pipe *local = pipe_new(socket->node), *remote = pipe_new(socket->node);
  char *copy = strdup(endpoint);
  if (local == NULL || remote == NULL || copy == NULL) {
    free(local);
    free(remote);
    free(copy);
    return NULL;
  }
  /* Lanes by the connecting socket's options: what it sends goes to the remote
  ** end's lane. */
  struct settings reversed = socket->settings;
  reversed.rcvhwm = socket->settings.sndhwm;
  connection_init_lanes(local, &socket->settings);
  connection_init_lanes(remote, &reversed);
  local->peer = remote;
  remote->peer = local;
  local->local = true;
  local->endpoint = copy;
  return local;
}

static int wait_for_bind(struct sim_socket *socket, struct pipe *remote,
                         const struct address *address) {
  struct waiting_peer *waiting = calloc(1, sizeof *waiting);
  if (waiting == NULL) return -1;
  waiting->pipe = remote;
  remote->waiting = true;
  waiting->node = socket->node;
  waiting->settings = settings_for_connection(&socket->settings);
  waiting->address = *address;
  list_init(&waiting->link);
  list_append(&socket->sim->network.waiting_peers, &waiting->link);
  introduce(socket->sim, &socket->settings, remote);
  return 0;
}

int inproc_connect(struct sim_socket *socket, const struct address *address, const char *endpoint) {
  struct listener *listener = network_find(&socket->sim->network, socket->node, address);
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
  const struct settings *theirs = &listener->socket->settings;
  boost(local, &socket->settings, theirs);
  if (wants_id(theirs->type)) introduce(socket->sim, &socket->settings, remote);
  if (wants_id(socket->settings.type)) introduce(socket->sim, theirs, local);
  remote->node = listener->socket->node;
  remote->boost_in = socket->settings.sndhwm;
  remote->boost_out = socket->settings.rcvhwm;
  int status = sim_socket_attach(socket, local);
  sim_socket_attach(listener->socket, remote);
  return status;
}

static void join(struct listener *listener, struct waiting_peer *waiting) {
  struct sim *sim = listener->socket->sim;
  struct pipe *pipe = waiting->pipe, *peer = pipe->peer;
  const struct settings *ours = &listener->socket->settings;
  if (!wants_id(ours->type)) message_free(&sim->messages, pipe_read(pipe));
  pipe->node = listener->socket->node;
  pipe->waiting = false;
  if (peer != NULL) {
    peer->boost_in = ours->sndhwm;
    peer->boost_out = ours->rcvhwm;
    boost(pipe, ours, &waiting->settings);
    if (wants_id(waiting->settings.type)) introduce(sim, ours, peer);
  }
  sim_socket_attach(listener->socket, pipe);
  if (peer == NULL) { /* it closed in the meantime; what it sent is there */
    pipe->state = PIPE_DRAINING;
    if (pipe->in.first == NULL) pipe_doom(pipe);
  }
}

static void forget_peer(struct waiting_peer *waiting) {
  list_remove(&waiting->link);
  free(waiting);
}

void inproc_bound(struct listener *listener) {
  struct list *waiting_peers = &listener->socket->sim->network.waiting_peers;
  struct list *link = waiting_peers->next, *next;
  for (; link != waiting_peers; link = next) {
    next = link->next;
    struct waiting_peer *waiting = list_entry(link, struct waiting_peer, link);
    if (!address_reaches(&waiting->address, waiting->node, &listener->address,
                         listener->socket->node)) {
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
    sim_socket_detach(pipe, 0);
  }
  if (found) return 0;
  errno = ENOENT;
  return -1;
}

void network_forget(struct sim *sim, struct sim_node *node) {
  struct list *waiting_peers = &sim->network.waiting_peers;
  struct list *link = waiting_peers->next, *next;
  for (; link != waiting_peers; link = next) {
    next = link->next;
    struct waiting_peer *waiting = list_entry(link, struct waiting_peer, link);
    if (node != NULL && waiting->node != node) continue;
    if (waiting->pipe->peer != NULL) waiting->pipe->peer->peer = NULL;
    pipe_free(waiting->pipe);
    forget_peer(waiting);
  }
}
