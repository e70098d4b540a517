/*
** stranger.c - see stranger.h.
*/

#include "host/sim/stranger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/base/random.h"
#include "host/sim/net/listener.h"
#include "host/sim/net/world_sockets.h"

enum { REMEMBERED = 32, LONGEST = 300, MOST_FRAMES = 7, LINGER_MS = 1000 };

static const uint64_t STREAM = UINT64_C(3) << 60;

struct bytes {
  unsigned char data[LONGEST];
  size_t size;
};

/* A connection that lasts. */
struct visit {
  struct list link;
  struct world_socket *socket;
  int number;
};

struct stranger {
  struct sim_host host; /* first */
  struct random random;
  struct bytes heard[REMEMBERED];
  int count; /* frames heard, ever */
  struct list visits;
  struct frames *frames;
};

static void run(struct timer *timer) {
  struct sim_host *host = list_entry(timer, struct sim_host, run);
  struct list *link;
  while ((link = list_shift(&host->waiting)) != NULL) {
    struct sim_socket *socket = list_entry(link, struct sim_socket, waiting);
    sim_socket_update(socket);
    while (world_sockets_receive(&socket->base, host->world.frames) == 0) {
      frames_clear(host->world.frames);
    }
  }
}

struct stranger *stranger_new(struct network *network, int number, uint64_t seed) {
  struct stranger *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->frames = calloc(1, sizeof *self->frames);
  if (self->frames == NULL || sim_host_init(&self->host, network, number, NULL, run) != 0) {
    free(self->frames);
    free(self);
    return NULL;
  }
  self->host.world.frames = self->frames;
  self->host.up = true;
  list_init(&self->visits);
  random_seed(&self->random, seed, STREAM);
  return self;
}

void stranger_free(struct stranger *self) {
  if (self == NULL) return;
  struct list *link;
  while ((link = list_shift(&self->visits)) != NULL) {
    struct visit *visit = list_entry(link, struct visit, link);
    world_sockets_close(visit->socket, 0);
    free(visit);
  }
  while ((link = list_shift(&self->host.lingering)) != NULL) {
    pipe_give_up(list_entry(link, struct pipe, link));
  }
  network_cancel(self->host.network, &self->host.run);
  frames_clear(self->frames);
  free(self->frames);
  sim_host_free(&self->host);
  free(self);
}

void stranger_overhear(struct stranger *self, const struct message *message) {
  for (int i = 0; i < message->count; i++) {
    zmq_msg_t *frame = (zmq_msg_t *)&message->frame[i];
    size_t size = zmq_msg_size(frame);
    struct bytes *place = &self->heard[self->count++ % REMEMBERED];
    place->size = size < LONGEST ? size : LONGEST;
    if (place->size > 0) memcpy(place->data, zmq_msg_data(frame), place->size);
  }
}

/* The type that can send to a socket of this one; -1: none, or it would take part in the work. */
static int type_for(int type) {
  switch (type) {
    case ZMQ_ROUTER:
    case ZMQ_DEALER:
    case ZMQ_REP:
      return ZMQ_DEALER;
    case ZMQ_PULL:
      return ZMQ_PUSH;
    case ZMQ_SUB:
    case ZMQ_XSUB:
      return ZMQ_XPUB;
    case ZMQ_PUB:
    case ZMQ_XPUB:
      return ZMQ_XSUB;
    default:
      return -1;
  }
}

static int between(struct stranger *self, int least, int most) {
  return (int)random_between(&self->random, least, most);
}

static void fill_with_noise(struct stranger *self, struct bytes *bytes) {
  static const int sizes[] = {0, 1, 2, 4, 8, 16, 64, LONGEST};
  bytes->size = (size_t)sizes[between(self, 0, 7)];
  for (size_t i = 0; i < bytes->size; i++) {
    bytes->data[i] = (unsigned char)random_next(&self->random);
  }
}

/* One byte is another, or the end is missing, or nothing is changed. */
static void change(struct stranger *self, struct bytes *bytes) {
  if (bytes->size == 0) return;
  int place = between(self, 0, (int)bytes->size - 1);
  switch (between(self, 0, 3)) {
    case 0:
      bytes->data[place] = (unsigned char)random_next(&self->random);
      break;
    case 1:
      bytes->size = (size_t)place;
      break;
    default:
      break;
  }
}

static bool make_frame(struct stranger *self, zmq_msg_t *frame) {
  struct bytes bytes = {.size = 0};
  int known = self->count < REMEMBERED ? self->count : REMEMBERED;
  if (known > 0 && random_chance(&self->random, 70)) {
    bytes = self->heard[between(self, 0, known - 1)];
    change(self, &bytes);
  } else {
    fill_with_noise(self, &bytes);
  }
  return message_fill(frame, bytes.data, bytes.size) == 0;
}

static void send(struct stranger *self, struct world_socket *socket) {
  struct frames *frames = self->frames;
  int count = between(self, 1, MOST_FRAMES);
  while (frames->count < count && make_frame(self, &frames->frame[frames->count])) {
    frames->count++;
  }
  if (frames->count > 0) world_sockets_send(socket, frames);
  frames_clear(frames);
}

static struct listener *choose(struct sim_host *host, uint32_t choice) {
  struct list *all = &host->network->listeners;
  uint32_t count = 0;
  struct listener *found = NULL;
  for (struct list *link = all->next; link != all; link = link->next) {
    struct listener *listener = list_entry(link, struct listener, link);
    bool takes = listener->socket->host == host && listener->address.transport == TRANSPORT_TCP &&
                 type_for(listener->socket->label.type) >= 0;
    if (takes && choice % ++count == 0) found = listener;
  }
  return found;
}

bool stranger_send(struct stranger *self, struct sim_host *host, int number, int64_t count,
                   uint32_t choice) {
  struct listener *listener = choose(host, choice);
  struct visit *visit = listener != NULL ? calloc(1, sizeof *visit) : NULL;
  if (visit == NULL) return false;
  visit->number = number;
  visit->socket =
      world_sockets_open(&self->host.world, type_for(listener->socket->label.type), NULL);
  char endpoint[WORLD_ENDPOINT_SIZE];
  snprintf(endpoint, sizeof endpoint, "tcp://%.400s:%d",
           host->machine != NULL ? host->machine : "localhost", listener->address.port);
  if (visit->socket == NULL || world_sockets_connect(visit->socket, endpoint) != 0) {
    if (visit->socket != NULL) world_sockets_close(visit->socket, 0);
    free(visit);
    return false;
  }
  list_init(&visit->link);
  list_append(&self->visits, &visit->link);
  for (int64_t i = 0; i < count; i++) send(self, visit->socket);
  return true;
}

void stranger_leave(struct stranger *self, int number) {
  struct list *link = self->visits.next, *next;
  for (; link != &self->visits; link = next) {
    next = link->next;
    struct visit *visit = list_entry(link, struct visit, link);
    if (visit->number != number) continue;
    list_remove(link);
    world_sockets_close(visit->socket, LINGER_MS);
    free(visit);
  }
}
