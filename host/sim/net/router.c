/*
** router.c - see router.h; and ROUTER itself.
**
** A pipe whose peer has not said its id yet, or that says one which is taken, is
** not read and not written.
*/

#include "host/sim/net/router.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/net/fair_queue.h"
#include "host/sim/net/socket_type.h"

enum { FIRST_BUCKETS = 16, MADE_ID_SIZE = 5 };

static struct router *router_of(struct sim_socket *self) {
  return (struct router *)self;
}

static uint32_t hash_of(const void *id, size_t size) {
  uint32_t hash = 2166136261u;
  const unsigned char *bytes = id;
  for (size_t i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

static struct pipe **place_of(struct router *self, const void *id, size_t size) {
  struct pipe **place = &self->bucket[hash_of(id, size) & (uint32_t)(self->buckets - 1)];
  while (*place != NULL && ((*place)->id_size != size || memcmp((*place)->id, id, size) != 0)) {
    place = &(*place)->next_id;
  }
  return place;
}

static struct pipe *find(struct router *self, const void *id, size_t size) {
  return size > 0 ? *place_of(self, id, size) : NULL;
}

static void grow(struct router *self) {
  struct pipe **old = self->bucket;
  int count = self->buckets;
  struct pipe **bucket = calloc((size_t)count * 2, sizeof *bucket);
  if (bucket == NULL) return; /* longer chains will do */
  self->bucket = bucket;
  self->buckets = count * 2;
  for (int i = 0; i < count; i++) {
    struct pipe *next;
    for (struct pipe *pipe = old[i]; pipe != NULL; pipe = next) {
      next = pipe->next_id;
      pipe->next_id = NULL;
      *place_of(self, pipe->id, pipe->id_size) = pipe;
    }
  }
  free(old);
}

static int enter(struct router *self, struct pipe *pipe, const void *id, size_t size) {
  unsigned char *copy = malloc(size);
  if (copy == NULL) return -1;
  memcpy(copy, id, size);
  pipe->id = copy;
  pipe->id_size = size;
  pipe->next_id = NULL;
  if (self->peers >= self->buckets) grow(self);
  *place_of(self, id, size) = pipe;
  self->peers++;
  return 0;
}

static void forget(struct router *self, struct pipe *pipe) {
  if (pipe->id == NULL) return;
  struct pipe **place = place_of(self, pipe->id, pipe->id_size);
  if (*place == pipe) {
    *place = pipe->next_id;
    self->peers--;
  }
  free(pipe->id);
  pipe->id = NULL;
  pipe->id_size = 0;
}

int router_init(struct sim_socket *self) {
  struct router *router = router_of(self);
  router->buckets = FIRST_BUCKETS;
  router->bucket = calloc(FIRST_BUCKETS, sizeof *router->bucket);
  router->next_id = (uint32_t)random_next(&self->network->random);
  return router->bucket != NULL ? 0 : -1;
}

void router_free(struct sim_socket *self) {
  message_free(&self->network->messages, router_of(self)->fetched);
  free(router_of(self)->bucket);
}

static int enter_made_id(struct router *self, struct pipe *pipe) {
  uint32_t number = self->next_id++;
  unsigned char id[MADE_ID_SIZE] = {0, (unsigned char)(number >> 24), (unsigned char)(number >> 16),
                                    (unsigned char)(number >> 8), (unsigned char)number};
  return enter(self, pipe, id, sizeof id);
}

/* The pipe's id is taken over: nothing is read from it any more. */
static void displace(struct router *self, struct pipe *pipe) {
  forget(self, pipe);
  round_robin_remove(&self->base.in, pipe);
  pipe->ignored = pipe->refused = true;
  if (pipe->connection == NULL) pipe_terminate(pipe);
}

static int admit(struct router *self, struct pipe *pipe, struct message *introduction) {
  const void *id = zmq_msg_data(&introduction->frame[0]);
  size_t size = zmq_msg_size(&introduction->frame[0]);
  if (size == 0) return enter_made_id(self, pipe);
  struct pipe *other = find(self, id, size);
  if (other != NULL && !self->handover) {
    pipe->ignored = true;
    return 0;
  }
  if (other != NULL) displace(self, other);
  return enter(self, pipe, id, size);
}

/* Read the peer's routing id, if it has arrived. */
static int identify(struct router *self, struct pipe *pipe) {
  if (pipe_peek(pipe) == NULL) return 0;
  struct message *introduction = pipe_read(pipe);
  int status = admit(self, pipe, introduction);
  message_free(&self->base.network->messages, introduction);
  if (status != 0 || pipe->ignored) return status;
  return round_robin_add(&self->base.in, pipe);
}

int router_attach(struct sim_socket *self, struct pipe *pipe) {
  struct router *router = router_of(self);
  if (router->probe && socket_type_probe(self, pipe) != 0) return -1;
  int status = 0;
  if (pipe->local && router->connect_id_size > 0) {
    if (find(router, router->connect_id, router->connect_id_size) != NULL) {
      pipe->ignored = true; /* libzmq would abort here */
    } else {
      status = enter(router, pipe, router->connect_id, router->connect_id_size);
      if (status == 0) status = round_robin_add(&self->in, pipe);
    }
    router->connect_id_size = 0;
  } else {
    status = identify(router, pipe);
  }
  return status;
}

void router_detach(struct sim_socket *self, struct pipe *pipe) {
  forget(router_of(self), pipe);
  round_robin_remove(&self->in, pipe);
}

void router_readable(struct sim_socket *self, struct pipe *pipe) {
  if (pipe->id == NULL) {
    identify(router_of(self), pipe);
  } else {
    round_robin_activate(&self->in, pipe);
  }
}

void router_writable(struct sim_socket *self, struct pipe *pipe) {
  (void)self, (void)pipe;
}

/* The next message, still in its pipe. A peer that connects again says its id again, on the same
** pipe: skip that. */
static struct message *peek(struct router *self) {
  struct round_robin *in = &self->base.in;
  struct message *message;
  while ((message = fair_queue_peek(in)) != NULL && message->introduction) {
    message_free(&self->base.network->messages, pipe_read(in->item[in->current]));
  }
  return message;
}

static struct message *take(struct router *self) {
  struct pipe *pipe = NULL;
  struct message *message = fair_queue_receive(&self->base.in, &pipe);
  self->fetched_size = pipe->id_size;
  memcpy(self->fetched_id, pipe->id, pipe->id_size);
  return message;
}

/* libzmq fetches the first frame: a whole message only if it has no other. */
bool router_has_in(struct sim_socket *self) {
  struct router *router = router_of(self);
  if (router->fetched != NULL) return true;
  struct message *message = peek(router);
  if (message != NULL && message->count == 1) router->fetched = take(router);
  return message != NULL;
}

struct message *router_take(struct sim_socket *self) {
  struct router *router = router_of(self);
  if (!router_has_in(self)) return NULL;
  struct message *message = router->fetched != NULL ? router->fetched : take(router);
  router->fetched = NULL;
  return message;
}

struct pipe *router_taken_from(struct sim_socket *self) {
  struct router *router = router_of(self);
  return find(router, router->fetched_id, router->fetched_size);
}

int router_set(struct sim_socket *self, int option, const void *value, size_t size) {
  struct router *router = router_of(self);
  switch (option) {
    case ZMQ_ROUTER_MANDATORY:
      return socket_type_set_flag(true, value, size, &router->mandatory);
    case ZMQ_ROUTER_HANDOVER:
      return socket_type_set_flag(true, value, size, &router->handover);
    case ZMQ_PROBE_ROUTER:
      return socket_type_set_flag(true, value, size, &router->probe);
    case ZMQ_CONNECT_ROUTING_ID:
      if (size > 0 && size <= SIM_OPTIONS_MAX_ID) {
        memcpy(router->connect_id, value, size);
        router->connect_id_size = size;
        return 0;
      }
      break;
    default:
      break;
  }
  errno = EINVAL;
  return -1;
}

static int receive(struct sim_socket *self, struct frames *frames) {
  struct router *router = router_of(self);
  struct message *message = router_take(self);
  if (message == NULL) {
    errno = EAGAIN;
    return -1;
  }
  sim_socket_delivered(self, router_taken_from(self), message);
  if (message_fill(&frames->frame[0], router->fetched_id, router->fetched_size) != 0) {
    message_free(&self->network->messages, message);
    return -1;
  }
  frames->count = 1;
  return message_give(&self->network->messages, message, 0, frames);
}

/* As libzmq without MANDATORY: it takes the message and loses it. */
static int lose(struct sim_socket *self, struct frames *frames) {
  struct message *message = message_take(&self->network->messages, frames, 0, 0);
  if (message == NULL) return -1;
  sim_socket_sent(self, NULL, message);
  sim_socket_dropped(self, message);
  message_free(&self->network->messages, message);
  return 0;
}

static int send(struct sim_socket *self, struct frames *frames) {
  struct router *router = router_of(self);
  if (frames->count < 2) return lose(self, frames); /* an id, and nothing to send */
  struct pipe *pipe =
      find(router, zmq_msg_data(&frames->frame[0]), zmq_msg_size(&frames->frame[0]));
  if (pipe == NULL || !pipe_check_write(pipe)) {
    if (!router->mandatory) return lose(self, frames);
    errno = pipe != NULL && pipe->state == PIPE_ACTIVE ? EAGAIN : EHOSTUNREACH;
    return -1;
  }
  struct message *message = message_take(&self->network->messages, frames, 1, 0);
  if (message == NULL) return -1;
  sim_socket_sent(self, pipe, message);
  pipe_write(pipe, message);
  return 0;
}

static bool has_out(struct sim_socket *self) {
  struct router *router = router_of(self);
  if (!router->mandatory) return true;
  for (int i = 0; i < router->buckets; i++) {
    for (struct pipe *pipe = router->bucket[i]; pipe != NULL; pipe = pipe->next_id) {
      if (pipe_check_write(pipe)) return true;
    }
  }
  return false;
}

const struct socket_type router_type = {
    .number = ZMQ_ROUTER,
    .size = sizeof(struct router),
    .wants_id = true,
    .init = router_init,
    .free = router_free,
    .attach = router_attach,
    .detach = router_detach,
    .readable = router_readable,
    .writable = router_writable,
    .send = send,
    .receive = receive,
    .has_in = router_has_in,
    .has_out = has_out,
    .set = router_set,
};
