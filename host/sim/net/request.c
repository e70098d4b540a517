/*
** request.c - REQ: one request, then its reply, from the peer it was sent to.
*/

#include <errno.h>
#include <string.h>

#include "host/sim/net/fair_queue.h"
#include "host/sim/net/socket_type.h"

struct request {
  struct sim_socket base;
  bool receiving; /* a request was sent, its reply was not received */
  bool relaxed, correlate, probe;
  uint32_t id;
  struct pipe *pipe; /* the peer of the request; NULL: it is gone */
};

static struct request *request_of(struct sim_socket *self) {
  return (struct request *)self;
}

static int init(struct sim_socket *self) {
  request_of(self)->id = (uint32_t)random_next(&self->network->random);
  return 0;
}

static int attach(struct sim_socket *self, struct pipe *pipe) {
  if (request_of(self)->probe && socket_type_probe(self, pipe) != 0) return -1;
  return socket_type_attach(self, pipe);
}

static void detach(struct sim_socket *self, struct pipe *pipe) {
  if (request_of(self)->pipe == pipe) request_of(self)->pipe = NULL;
  socket_type_detach(self, pipe);
}

/* Whatever came before the request was sent can't be its reply. */
static void drop_all(struct sim_socket *self) {
  struct message *message;
  while ((message = fair_queue_receive(&self->in, NULL)) != NULL) {
    sim_socket_dropped(self, message);
    message_free(&self->network->messages, message);
  }
}

static int send(struct sim_socket *self, struct frames *frames) {
  struct request *request = request_of(self);
  if (request->receiving) {
    if (!request->relaxed) {
      errno = EFSM;
      return -1;
    }
    request->receiving = false;
  }
  request->pipe = NULL;
  struct pipe *pipe = round_robin_writable(&self->out);
  if (pipe == NULL) {
    errno = EAGAIN;
    return -1;
  }
  int prefix = request->correlate ? 2 : 1;
  struct message *message = message_take(&self->network->messages, frames, 0, prefix);
  if (message == NULL) return -1;
  if (request->correlate) {
    request->id++;
    message_fill(&message->frame[0], &request->id, sizeof request->id);
    message_weigh(message);
  }
  request->pipe = pipe;
  drop_all(self);
  sim_socket_sent(self, pipe, message);
  pipe_write(pipe, message);
  round_robin_advance(&self->out);
  request->receiving = true;
  return 0;
}

/* How many frames are the envelope; 0 if the message is not the reply. */
static int envelope_size(struct request *self, struct message *message, struct pipe *pipe) {
  if (self->pipe != NULL && pipe != self->pipe) return 0;
  int frame = 0;
  if (self->correlate) {
    zmq_msg_t *id = &message->frame[frame++];
    if (message->count < 2 || zmq_msg_size(id) != sizeof self->id ||
        memcmp(zmq_msg_data(id), &self->id, sizeof self->id) != 0) {
      return 0;
    }
  }
  return message_is_bottom(message, frame) ? frame + 1 : 0;
}

static int receive(struct sim_socket *self, struct frames *frames) {
  struct request *request = request_of(self);
  if (!request->receiving) {
    errno = EFSM;
    return -1;
  }
  for (;;) {
    struct pipe *pipe;
    struct message *message = fair_queue_receive(&self->in, &pipe);
    if (message == NULL) {
      errno = EAGAIN;
      return -1;
    }
    int size = envelope_size(request, message, pipe);
    if (size > 0) {
      request->receiving = false;
      sim_socket_delivered(self, pipe, message);
      return message_give(&self->network->messages, message, size, frames);
    }
    sim_socket_dropped(self, message);
    message_free(&self->network->messages, message);
  }
}

static bool has_in(struct sim_socket *self) {
  return request_of(self)->receiving && socket_type_has_in(self);
}

static bool has_out(struct sim_socket *self) {
  struct request *request = request_of(self);
  return (!request->receiving || request->relaxed) && socket_type_has_out(self);
}

static int set(struct sim_socket *self, int option, const void *value, size_t size) {
  struct request *request = request_of(self);
  switch (option) {
    case ZMQ_REQ_CORRELATE:
      return socket_type_set_flag(true, value, size, &request->correlate);
    case ZMQ_REQ_RELAXED:
      return socket_type_set_flag(true, value, size, &request->relaxed);
    default:
      return socket_type_set_flag(option == ZMQ_PROBE_ROUTER, value, size, &request->probe);
  }
}

const struct socket_type req_type = {
    .number = ZMQ_REQ,
    .size = sizeof(struct request),
    .init = init,
    .attach = attach,
    .detach = detach,
    .readable = socket_type_readable,
    .writable = socket_type_writable,
    .send = send,
    .receive = receive,
    .has_in = has_in,
    .has_out = has_out,
    .set = set,
};
