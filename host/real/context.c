/*
** context.c - see context.h and real.h.
*/

#include "host/real/context.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "host/real/os/line_reader.h"
#include "host/real/os/process.h"
#include "host/real/os/service_manager.h"
#include "host/real/os/signals.h"

enum { MAX_SOCKETS = 65000 }; /* libzmq's own limit is 65,535 */

/* The context with its threads running: they start at its first socket, and
** inherit the signal mask of that moment. */
static void *new_context(void) {
  void *context = zmq_ctx_new();
  if (context == NULL) return NULL;
  zmq_ctx_set(context, ZMQ_MAX_SOCKETS, MAX_SOCKETS);
  void *first = zmq_socket(context, ZMQ_PAIR);
  if (first != NULL) {
    zmq_close(first);
    return context;
  }
  int reason = errno;
  zmq_ctx_term(context);
  errno = reason;
  return NULL;
}

struct real_process *real_process_new(void) {
  struct real_process *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  process_prepare();
  sigset_t before;
  process_block_signals(&before);
  self->context = new_context();
  int reason = errno;
  process_restore_signals(&before);
  if (self->context == NULL) {
    free(self);
    errno = reason;
    return NULL;
  }
  log_init(&self->log);
  released_init(&self->released);
  inproc_names_init(&self->inproc_names, self->context);
  return self;
}

void real_log_start(struct real_process *self, const char *name, const char *text) {
  if (service_manager_is_there()) {
    log_line(&self->log, name, WORLD_LOG, text, strlen(text));
  } else {
    log_keep(&self->log, name, text, strlen(text));
  }
}

struct kept_log *real_process_log(struct real_process *self) {
  return &self->log.kept;
}

void real_process_ending(struct real_process *self) {
  atomic_store(&self->log.ending, true);
}

void real_log(struct real_process *self, const char *name, enum world_level level, const char *text,
              size_t size) {
  log_line(&self->log, name, level, text, size);
}

void real_process_end(struct real_process *self) {
  if (self->context == NULL) return;
  while (zmq_ctx_term(self->context) != 0 && errno == EINTR) {
  }
  self->context = NULL;
}

void real_process_free(struct real_process *self) {
  if (self == NULL) return;
  real_process_end(self);
  signals_end();
  log_free(&self->log);
  released_free(&self->released);
  inproc_names_free(&self->inproc_names);
  line_reader_free(self->input);
  free(self);
}

void real_versions(char *text, size_t size) {
  int major, minor, patch;
  zmq_version(&major, &minor, &patch);
  snprintf(text, size, "libzmq %d.%d.%d, libuv %s", major, minor, patch, uv_version_string());
}
