/*
** context.h - libzmq's context, and what all loops of a process share beside it.
*/

#ifndef HOST_REAL_CONTEXT_H
#define HOST_REAL_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "host/real/inproc_names.h"
#include "host/real/os/log.h"
#include "host/real/real.h"
#include "host/real/released_endpoints.h"

struct line_reader;

struct real_process {
  void *context;
  struct log log;
  atomic_ulong serial; /* makes names unique */
  struct released released;
  struct inproc_names inproc_names;
  struct line_reader *input; /* standard input; NULL: no node has read it */
  atomic_bool input_taken;   /* by a node */
};

#endif
