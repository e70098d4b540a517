/*
** process.c - see process.h and real.h: limits, signal masks, the context.
*/

#include "host/real/os/process.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <zmq.h>

#include "host/real/os/log.h"

enum { MAX_SOCKETS = 65000 };       /* libzmq's own limit is 65,535 */
enum { RESERVED_DESCRIPTORS = 64 }; /* never given to sockets of nodes */

static void raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

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
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  self->context = new_context();
  int reason = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (self->context == NULL) {
    free(self);
    errno = reason;
    return NULL;
  }
  uv_mutex_init(&self->log_lock);
  self->colourful = log_wants_colour();
  released_init(&self->released);
  return self;
}

void real_process_ending(struct real_process *self) {
  atomic_store(&self->ending, true);
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
  uv_mutex_destroy(&self->log_lock);
  released_free(&self->released);
  free(self);
}

/* Exact and slow: asks about every descriptor there may be. */
static bool count_descriptors(int limit) {
  struct pollfd block[1024];
  int unused = 0;
  for (int first = 0; first < limit && unused < RESERVED_DESCRIPTORS; first += 1024) {
    int count = limit - first < 1024 ? limit - first : 1024;
    for (int i = 0; i < count; i++) block[i] = (struct pollfd){.fd = first + i};
    if (poll(block, (nfds_t)count, 0) < 0) continue;
    for (int i = 0; i < count; i++) unused += (block[i].revents & POLLNVAL) != 0;
  }
  return unused >= RESERVED_DESCRIPTORS;
}

/* The system gives out the lowest free number. So while the highest 64 numbers
** are all free, which one call tells, nobody has to be counted. */
bool process_has_descriptors(void) {
  struct rlimit rlimit;
  if (getrlimit(RLIMIT_NOFILE, &rlimit) != 0) return true;
  int limit = rlimit.rlim_cur < INT_MAX ? (int)rlimit.rlim_cur : INT_MAX;
  struct pollfd highest[RESERVED_DESCRIPTORS];
  int unused = 0;
  for (int i = 0; i < RESERVED_DESCRIPTORS; i++) {
    highest[i] = (struct pollfd){.fd = limit - 1 - i}; /* poll skips what is below 0 */
  }
  if (poll(highest, RESERVED_DESCRIPTORS, 0) >= 0) {
    for (int i = 0; i < RESERVED_DESCRIPTORS; i++) {
      unused += (highest[i].revents & POLLNVAL) != 0;
    }
  }
  if (unused == RESERVED_DESCRIPTORS || count_descriptors(limit)) return true;
  errno = EMFILE;
  return false;
}

void real_versions(char *text, size_t size) {
  int major, minor, patch;
  zmq_version(&major, &minor, &patch);
  snprintf(text, size, "libzmq %d.%d.%d, libuv %s", major, minor, patch, uv_version_string());
}
