/*
** thread.c - a thread that runs a loop: see real.h.
**
** What it is to do is posted to its loop.
*/

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "host/real/loop.h"
#include "host/real/os/process.h"

struct real_thread {
  pthread_t thread;
  struct real_loop *loop;
  bool joined;
};

static void *run(void *arg) {
  struct real_thread *self = arg;
  real_loop_run(self->loop);
  real_loop_watch_turns(self->loop, NULL); /* the timer is this thread's */
  return NULL;
}

/* Signals belong to the thread that started this one. */
static int start(struct real_thread *self) {
  sigset_t before;
  process_block_signals(&before);
  int status = pthread_create(&self->thread, NULL, run, self);
  process_restore_signals(&before);
  return status;
}

struct real_thread *real_thread_new(struct real_process *process) {
  struct real_thread *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->loop = real_loop_new(process);
  int reason = errno;
  if (self->loop != NULL) {
    real_loop_hold(self->loop);
    reason = start(self);
    if (reason == 0) return self;
    real_loop_free(self->loop);
  }
  free(self);
  errno = reason;
  return NULL;
}

struct real_loop *real_thread_loop(struct real_thread *self) {
  return self->loop;
}

static void release(void *arg) {
  real_loop_release(arg);
}

void real_thread_join(struct real_thread *self) {
  if (self->joined) return;
  while (real_loop_post(self->loop, release, self->loop) != 0) {
    /* a few bytes, which will be there some time */
  }
  pthread_join(self->thread, NULL);
  self->joined = true;
}

void real_thread_free(struct real_thread *self) {
  if (self == NULL) return;
  real_thread_join(self);
  real_loop_free(self->loop);
  free(self);
}
