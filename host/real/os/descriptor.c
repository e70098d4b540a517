/*
** descriptor.c - see descriptor.h.
*/

#include "host/real/os/descriptor.h"

#include <errno.h>
#include <stdlib.h>

#include <uv.h>

#include "host/real/loop.h"

struct descriptor {
  uv_poll_t poll;
  struct source *source;
};

void source_touch_slowly(struct source *self) {
  list_append(&self->loop->touched, &self->link);
}

static void note(uv_poll_t *poll, int status, int events) {
  (void)status; /* whatever it is, looking at the source finds out */
  (void)events;
  struct source *self = ((struct descriptor *)poll)->source;
  self->signalled = true;
  source_touch(self);
}

static void forget(uv_handle_t *handle) {
  free(handle);
}

int source_open(struct source *self, struct real_loop *loop, int fd,
                void (*look)(struct source *self)) {
  struct descriptor *descriptor = malloc(sizeof *descriptor);
  if (descriptor == NULL) return -1;
  *self = (struct source){.loop = loop, .descriptor = descriptor, .look = look};
  list_init(&self->link);
  descriptor->source = self;
  int status = uv_poll_init(&loop->uv, &descriptor->poll, fd);
  if (status != 0) {
    free(descriptor);
    errno = -status;
    return -1;
  }
  status = uv_poll_start(&descriptor->poll, UV_READABLE, note);
  if (status == 0) return 0;
  source_close(self);
  errno = -status;
  return -1;
}

void source_close(struct source *self) {
  list_remove(&self->link);
  uv_poll_stop(&self->descriptor->poll);
  uv_close((uv_handle_t *)&self->descriptor->poll, forget);
}
