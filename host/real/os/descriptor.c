/*
** descriptor.c - see descriptor.h.
*/

#include "host/real/os/descriptor.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

struct descriptor_poll {
  uv_poll_t handle;
  struct descriptor *descriptor;
};

static void on_readable(uv_poll_t *handle, int status, int events) {
  (void)status, (void)events; /* the check finds out what it is */
  struct descriptor *self = ((struct descriptor_poll *)handle)->descriptor;
  self->signalled = true;
  descriptor_mark_dirty(self);
}

static void on_closed(uv_handle_t *handle) {
  free(handle);
}

int descriptor_open(struct descriptor *self, uv_loop_t *loop, struct list *dirty, int fd,
                    void (*check)(struct descriptor *self)) {
  struct descriptor_poll *poll = malloc(sizeof *poll);
  if (poll == NULL) return -1;
  *self = (struct descriptor){.dirty = dirty, .poll = poll, .check = check};
  list_init(&self->link);
  poll->descriptor = self;
  int status = uv_poll_init(loop, &poll->handle, fd);
  if (status != 0) {
    free(poll);
    errno = -status;
    return -1;
  }
  status = uv_poll_start(&poll->handle, UV_READABLE, on_readable);
  if (status == 0) return 0;
  descriptor_close(self);
  errno = -status;
  return -1;
}

void descriptor_close(struct descriptor *self) {
  list_remove(&self->link);
  uv_poll_stop(&self->poll->handle);
  uv_close((uv_handle_t *)&self->poll->handle, on_closed);
}

bool descriptor_is_listening(int fd) {
  int listening = 0;
  socklen_t size = sizeof listening;
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0) return false;
  if (!listening) errno = EINVAL;
  return listening;
}
