/*
** thread_pool.c - see thread_pool.h.
*/

#include "bindings/program/thread_pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bindings/task/watchdog.h"

enum { US_PER_MS = 1000 };

static const struct real_watchdog turn_watchdog = {watchdog_tick, watchdog_stalled};

/* On each thread, before anything else. */
static void begin(void *loop) {
  real_loop_watch_turns(loop, &turn_watchdog); /* without it, no handler is reported or ended */
}

int thread_pool_grow(struct thread_pool *self, int count) {
  if (count > THREAD_POOL_MAX) {
    errno = EAGAIN;
    return -1;
  }
  while (self->count < count) {
    struct real_thread *thread = real_thread_new(self->process);
    if (thread == NULL) return -1;
    self->threads[self->count++] = thread;
    if (real_loop_post(real_thread_loop(thread), begin, real_thread_loop(thread)) != 0) return -1;
  }
  return 0;
}

/* The table of threads has its full size at once: other threads read it. */
int thread_pool_start(struct thread_pool *self, int count) {
  *self = (struct thread_pool){0};
  list_init(&self->events);
  self->threads = calloc(THREAD_POOL_MAX, sizeof(struct real_thread *));
  self->process = self->threads != NULL ? real_process_new() : NULL;
  self->loop = self->process != NULL ? real_loop_new(self->process) : NULL;
  if (self->loop == NULL) return -1;
  return thread_pool_grow(self, count);
}

struct real_loop *thread_pool_loop(struct thread_pool *self, int thread) {
  return real_thread_loop(self->threads[thread]);
}

static void arrived(void *arg) {
  struct event *event = arg;
  list_append(&event->pool->events, &event->link);
  real_loop_stop(event->pool->loop);
}

void thread_pool_report(struct thread_pool *self, const struct event *event, const char *bytes) {
  struct event *copy = malloc(sizeof *copy + event->size);
  if (copy != NULL) {
    *copy = *event;
    if (event->size > 0) memcpy(copy->bytes, bytes, event->size);
    copy->pool = self;
    list_init(&copy->link);
    if (real_loop_post(self->loop, arrived, copy) == 0) return;
    free(copy);
  }
  fputs("sloop: not enough memory for a report\n", stderr);
}

struct event *thread_pool_next(struct thread_pool *self, double ms) {
  struct list *link = list_shift(&self->events);
  if (link == NULL) {
    real_loop_run_for(self->loop, (int64_t)(ms * US_PER_MS));
    link = list_shift(&self->events);
  }
  return link != NULL ? list_entry(link, struct event, link) : NULL;
}

void thread_pool_join(struct thread_pool *self) {
  for (int i = 0; i < self->count; i++) real_thread_join(self->threads[i]);
}

void thread_pool_end(struct thread_pool *self) {
  if (self->process != NULL) real_process_end(self->process);
}

void thread_pool_free(struct thread_pool *self) {
  for (int i = 0; i < self->count; i++) real_thread_free(self->threads[i]);
  if (self->loop != NULL) {
    real_loop_run_for(self->loop, 0); /* reports that were under way */
    real_loop_free(self->loop);
  }
  struct list *link;
  while ((link = list_shift(&self->events)) != NULL) free(list_entry(link, struct event, link));
  if (self->process != NULL) real_process_free(self->process);
  free(self->threads);
  *self = (struct thread_pool){0};
  list_init(&self->events);
}
