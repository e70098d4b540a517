/*
** descriptor.h - a file descriptor on a loop.
**
** It is checked when it becomes readable, and when it was marked dirty: an event
** may have been swallowed, or its state is wanted. Either way it is checked once
** before the loop waits, however often it was marked.
*/

#ifndef HOST_REAL_OS_DESCRIPTOR_H
#define HOST_REAL_OS_DESCRIPTOR_H

#include <stdbool.h>

#include <uv.h>

#include "host/core/list.h"

struct descriptor_poll; /* libuv's handle, which outlives its descriptor for a while */

struct descriptor {
  struct list link;   /* in 'dirty' */
  struct list *dirty; /* the loop's list of descriptors to check */
  struct descriptor_poll *poll;
  void (*check)(struct descriptor *self);
  bool signalled; /* it became readable since the last check */
};

/* Watch this descriptor. 0, or -1 and errno. */
int descriptor_open(struct descriptor *self, uv_loop_t *loop, struct list *dirty, int fd,
                    void (*check)(struct descriptor *self));
/* Before the descriptor itself is closed. */
void descriptor_close(struct descriptor *self);

static inline void descriptor_mark_dirty(struct descriptor *self) {
  if (list_empty(&self->link)) list_append(self->dirty, &self->link);
}

/* Is this descriptor of the process a socket that listens? Else errno says why not. */
bool descriptor_is_listening(int fd);

#endif
