/*
** fair_queue.c - see fair_queue.h.
*/

#include "host/sim/net/fair_queue.h"

struct message *fair_queue_peek(struct round_robin *pipes) {
  while (pipes->active > 0) {
    struct message *message = pipe_peek(pipes->item[pipes->current]);
    if (message != NULL) return message;
    round_robin_retire(pipes, pipes->current);
  }
  return NULL;
}

struct message *fair_queue_receive(struct round_robin *pipes, struct pipe **from) {
  if (fair_queue_peek(pipes) == NULL) return NULL;
  struct pipe *pipe = pipes->item[pipes->current];
  if (from != NULL) *from = pipe;
  pipes->current = (pipes->current + 1) % pipes->active;
  return pipe_read(pipe);
}
