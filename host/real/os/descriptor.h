/*
** descriptor.h - something with a descriptor that the loop looks at.
**
** A source is looked at when its descriptor gives a signal, and when it was
** touched: a signal may have been lost, or something is to be found out. Either
** way it is looked at once before the loop waits, however often it was touched.
*/

#ifndef HOST_REAL_OS_DESCRIPTOR_H
#define HOST_REAL_OS_DESCRIPTOR_H

#include <stdbool.h>

#include "host/core/list.h"

struct real_loop;
struct descriptor; /* libuv's watch, which outlives its source for a while */

struct source {
  struct list link; /* in the loop's list of what to look at */
  struct real_loop *loop;
  struct descriptor *descriptor;
  void (*look)(struct source *self);
  bool signalled; /* by its descriptor, since it was last looked at */
};

/* Watch this descriptor. 0, or -1 and errno. */
int source_open(struct source *self, struct real_loop *loop, int fd,
                void (*look)(struct source *self));
/* Before its descriptor is closed. */
void source_close(struct source *self);

void source_touch_slowly(struct source *self);

static inline void source_touch(struct source *self) {
  if (list_empty(&self->link)) source_touch_slowly(self);
}

#endif
