/*
** process.h - what all loops of a process share: the context, and how many
** descriptors are left.
*/

#ifndef HOST_REAL_OS_PROCESS_H
#define HOST_REAL_OS_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>

#include <uv.h>

#include "host/real/real.h"
#include "host/real/released_endpoints.h"

struct real_process {
  void *context;
  uv_mutex_t log_lock; /* a long line takes more than one write */
  bool colourful;      /* its log lines */
  bool unread;         /* nobody reads them, and it ends */
  atomic_bool ending;  /* see real_process_ending; also set by a signal handler */
  atomic_ulong serial; /* makes names unique */
  struct released released;
};

/* May this process open another descriptor? libzmq aborts where it finds none,
** so some are kept in reserve. Else false, and errno is EMFILE. */
bool process_has_descriptors(void);

#endif
