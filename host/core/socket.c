/*
** socket.c - see socket.h.
*/

#include "host/core/socket.h"

#include <errno.h>

void socket_init(struct socket *self, struct node *node, struct readiness *readiness,
                 const struct socket_user *user) {
  *self = (struct socket){.node = node, .readiness = readiness, .user = user};
  list_init(&self->link);
  list_init(&self->open);
}

struct default_option {
  int option;
  int64_t value;
  bool wide; /* libzmq takes an int64_t, else an int */
};

/* What every socket starts with; a script may set each to something else. */
static const struct default_option defaults[] = {
    {ZMQ_LINGER, 1000, false},        {ZMQ_HANDSHAKE_IVL, 5000, false},
    {ZMQ_HEARTBEAT_IVL, 5000, false}, {ZMQ_HEARTBEAT_TIMEOUT, 15000, false},
    {ZMQ_MAXMSGSIZE, 64 << 20, true},
};

static int set_defaults(struct socket *self) {
  const struct world_functions *world = self->readiness->world->functions;
  for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
    const struct default_option *each = &defaults[i];
    int narrow = (int)each->value;
    int status = each->wide
                     ? world->set(self->world, each->option, &each->value, sizeof each->value)
                     : world->set(self->world, each->option, &narrow, sizeof narrow);
    if (status != 0) return -1;
  }
  const int on = 1;
  if (self->type == ZMQ_ROUTER) {
    return world->set(self->world, ZMQ_ROUTER_MANDATORY, &on, sizeof on);
  }
  return 0;
}

int socket_open(struct socket *self, int type) {
  struct world *world = self->readiness->world;
  self->world = world->functions->open(world, type, self);
  if (self->world == NULL) return -1;
  self->type = type;
  self->conflates = self->shut = false;
  list_append(&self->readiness->open, &self->open);
  if (set_defaults(self) == 0) return 0;
  int reason = errno;
  socket_close(self);
  errno = reason;
  return -1;
}

void socket_close(struct socket *self) {
  if (self->world == NULL) return;
  list_remove(&self->link);
  list_remove(&self->open);
  self->readiness->world->functions->close(self->world, readiness_linger(self->readiness));
  self->world = NULL;
  self->wanted = 0;
}

/* Put the socket into the node's list that suits it. */
static void enlist(struct socket *self) {
  if (socket_has_work(self)) {
    if (list_empty(&self->link)) list_append(&self->readiness->ready, &self->link);
  } else if (self->shut && socket_wants(self, WORLD_READABLE)) {
    list_append(&self->readiness->shut, &self->link);
  } else {
    list_remove(&self->link);
  }
}

void socket_want(struct socket *self, int what, bool on) {
  if (self->world == NULL) return;
  int before = self->world->wants;
  self->world->wants = on ? before | what : before & ~what;
  if (self->world->wants == before) return;
  if (on) self->readiness->world->functions->watch(self->world);
  enlist(self);
  if (socket_has_work(self)) readiness_schedule(self->readiness);
}

/* After an exchange nothing is known of what it may do: it is tried. */
static void take_up(struct socket *self, int wants) {
  list_remove(&self->link);
  list_remove(&self->open);
  self->shut = false;
  self->wanted = wants;
  if (self->world == NULL) return;
  self->world->wants = wants;
  self->world->ready = WORLD_READABLE | WORLD_WRITABLE;
  list_append(&self->readiness->open, &self->open);
  self->world->source = self;
  enlist(self);
}

void socket_swap(struct socket *self, struct socket *other) {
  struct world_socket *world = self->world;
  int type = self->type;
  int wants = self->world != NULL ? self->world->wants : self->wanted;
  int other_wants = other->world != NULL ? other->world->wants : other->wanted;
  self->world = other->world;
  self->type = other->type;
  other->world = world;
  other->type = type;
  bool conflates = self->conflates;
  self->conflates = other->conflates;
  other->conflates = conflates;
  take_up(self, wants);
  take_up(other, other_wants);
  readiness_schedule(self->readiness);
}

void socket_shut(struct socket *self) {
  self->shut = true;
  list_append(&self->readiness->shut, &self->link);
}

void socket_look_again(struct socket *self) {
  if (self->shut) list_remove(&self->link); /* from the node's list of those */
  self->shut = false;
  self->world->ready |= WORLD_READABLE;
  enlist(self);
  readiness_schedule(self->readiness);
}

int socket_send(struct socket *self, struct frames *frames) {
  /* A STREAM would take the next message for the rest; conflation drops all but the last. */
  bool wrong = self->type == ZMQ_STREAM ? frames->count != 2 : self->conflates && frames->count > 1;
  if (wrong) {
    errno = EINVAL;
    return -1;
  }
  if (self->readiness->world->functions->send(self->world, frames) == 0) {
    self->counts.out++;
    return 0;
  }
  if (errno == EAGAIN) {
    self->counts.full++;
  } else if (errno == EHOSTUNREACH) {
    self->counts.unreachable++;
  }
  return -1;
}

int socket_receive(struct socket *self, struct frames *frames) {
  frames_clear(frames);
  for (int skipped = 0; skipped < SOCKET_BURST; skipped++) {
    bool received = self->readiness->world->functions->receive(self->world, frames) == 0;
    if (!received && errno != EMSGSIZE) return -1;
    self->served++;
    if (received) {
      self->counts.in++;
      return 0;
    }
    self->counts.dropped++;
  }
  errno = EAGAIN;
  return -1;
}
