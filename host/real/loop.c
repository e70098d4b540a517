/*
** loop.c - a thread's loop, on libuv's.
**
** libuv's callbacks only take note. The work is done before the loop waits: in
** rounds, in which every dirty descriptor is checked once and every node with
** work has one turn. When there is none left, the loop waits; when there is too
** much, it first lets libuv poll, so that no descriptor is forgotten over a
** busy node. A node or socket without work is in no list and costs nothing.
*/

#include "host/real/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "host/real/context.h"
#include "host/real/os/accept.h"
#include "host/real/os/clock.h"
#include "host/real/os/cpu_timer.h"
#include "host/real/os/descriptor.h"

/* How long rounds may go on before descriptors are polled. Polling costs about
** 1 us, and a message between two nodes of this loop waits for it. */
enum { SLICE_US = 100 };

struct post {
  struct list link;
  void (*call)(void *arg);
  void *arg;
};

static void wake_due(struct real_loop *self, int64_t now) {
  while (timers_next(&self->wake_ups) <= now) {
    struct timer *timer = self->wake_ups.heap[0];
    timers_set(&self->wake_ups, timer, INT64_MAX); /* moves it: needs no memory */
    timer->fire(timer);
  }
}

static void check_dirty(struct real_loop *self) {
  struct list checking;
  list_init(&checking);
  list_join(&checking, &self->dirty);
  struct list *link;
  while ((link = list_shift(&checking)) != NULL) {
    struct descriptor *descriptor = list_entry(link, struct descriptor, link);
    descriptor->check(descriptor);
  }
}

static void give_turn(struct real_loop *self, struct real_world *world) {
  self->stall.turns++;
  self->stall.current = &world->base;
  bool more = world->base.user->turn(world->base.node, INT_MAX);
  if (world->after_turn != NULL && !world->ended) world->after_turn(world);
  self->stall.current = NULL;
  if (more) real_world_schedule(world);
}

static void give_turns(struct real_loop *self, int64_t end) {
  if (list_empty(&self->serving)) list_join(&self->serving, &self->runnable);
  struct list *link;
  while ((link = list_shift(&self->serving)) != NULL) {
    give_turn(self, list_entry(link, struct real_world, link));
    if (clock_us(CLOCK_MONOTONIC) >= end) break;
  }
}

static void report_ended(struct real_loop *self) {
  struct list *link;
  while ((link = list_shift(&self->ended)) != NULL) {
    struct real_world *world = list_entry(link, struct real_world, link);
    if (world->status > self->status) self->status = world->status;
    self->living--;
    if (self->on_ended != NULL) {
      self->on_ended(self->on_ended_arg, &world->base, world->status);
    }
  }
}

static bool has_work(const struct real_loop *self) {
  return !list_empty(&self->dirty) || !list_empty(&self->serving) || !list_empty(&self->runnable);
}

/* Be woken at the earliest deadline. A timer that is too early is left alone:
** a timeout that is set, not needed and set again costs no system call. */
static void arm(struct real_loop *self) {
  int64_t next = timers_next(&self->wake_ups);
  if (next >= self->armed) return;
  struct itimerspec when = {
      .it_value = {.tv_sec = next / 1000000, .tv_nsec = next % 1000000 * 1000}};
  if (timerfd_settime(self->timer_fd, TFD_TIMER_ABSTIME, &when, NULL) == 0) self->armed = next;
}

static void on_spin(uv_idle_t *handle) {
  (void)handle;
}

static void work(uv_prepare_t *handle) {
  struct real_loop *self = handle->data;
  int64_t now = clock_us(CLOCK_MONOTONIC);
  int64_t end = now + SLICE_US;
  wake_due(self, now);
  while (has_work(self) && now < end) {
    check_dirty(self);
    give_turns(self, end);
    report_ended(self);
    now = clock_us(CLOCK_MONOTONIC);
  }
  if (self->living == 0) uv_stop(&self->uv);
  if (has_work(self) || timers_next(&self->wake_ups) <= now) {
    uv_idle_start(&self->spin, on_spin);
  } else {
    uv_idle_stop(&self->spin);
    arm(self);
  }
}

static void on_timer(uv_poll_t *handle, int status, int events) {
  (void)status;
  (void)events;
  struct real_loop *self = handle->data;
  uint64_t times;
  if (read(self->timer_fd, &times, sizeof times) == sizeof times) self->armed = INT64_MAX;
}

static void on_wakeup(uv_async_t *handle) {
  struct real_loop *self = handle->data;
  uv_mutex_lock(&self->posts_lock);
  list_join(&self->calling, &self->posts);
  uv_mutex_unlock(&self->posts_lock);
  struct list *link;
  while ((link = list_shift(&self->calling)) != NULL) {
    struct post *post = list_entry(link, struct post, link);
    post->call(post->arg);
    free(post);
  }
}

int real_loop_post(struct real_loop *self, void (*call)(void *arg), void *arg) {
  struct post *post = malloc(sizeof *post);
  if (post == NULL) return -1;
  *post = (struct post){.call = call, .arg = arg};
  list_init(&post->link);
  uv_mutex_lock(&self->posts_lock);
  list_append(&self->posts, &post->link);
  uv_mutex_unlock(&self->posts_lock);
  uv_async_send(&self->wakeup);
  return 0;
}

static void drop(struct list *posts, void (*call)(void *arg), void *arg) {
  struct list *next;
  for (struct list *link = posts->next; link != posts; link = next) {
    next = link->next;
    struct post *post = list_entry(link, struct post, link);
    if (post->call != call || post->arg != arg) continue;
    list_remove(link);
    free(post);
  }
}

void real_loop_unpost(struct real_loop *self, void (*call)(void *arg), void *arg) {
  uv_mutex_lock(&self->posts_lock);
  drop(&self->posts, call, arg);
  uv_mutex_unlock(&self->posts_lock);
  drop(&self->calling, call, arg);
}

static void limit_reached(struct timer *timer) {
  real_loop_stop(list_entry(timer, struct real_loop, limit));
}

/* Handles are closed by the loop running once more; libraries that worked on
** it may have left some. */
static void close_handle(uv_handle_t *handle, void *arg) {
  (void)arg;
  if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

static void close_handles(struct real_loop *self) {
  uv_walk(&self->uv, close_handle, NULL);
  uv_run(&self->uv, UV_RUN_DEFAULT);
  uv_loop_close(&self->uv);
}

/* libuv's part of a new loop: 0, or an error of libuv. */
static int open_handles(struct real_loop *self) {
  int status = uv_prepare_init(&self->uv, &self->before_waiting);
  self->before_waiting.data = self->wakeup.data = self->timer.data = self;
  if (status == 0) status = uv_idle_init(&self->uv, &self->spin);
  if (status == 0) status = uv_async_init(&self->uv, &self->wakeup, on_wakeup);
  if (status == 0) status = uv_poll_init(&self->uv, &self->timer, self->timer_fd);
  if (status == 0) status = uv_poll_start(&self->timer, UV_READABLE, on_timer);
  if (status == 0) status = uv_prepare_start(&self->before_waiting, work);
  return status;
}

struct real_loop *real_loop_new(struct real_process *process) {
  struct real_loop *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->process = process;
  self->armed = INT64_MAX;
  list_init(&self->dirty);
  list_init(&self->runnable);
  list_init(&self->serving);
  list_init(&self->ended);
  list_init(&self->posts);
  list_init(&self->calling);
  timers_init(&self->wake_ups);
  timer_init(&self->limit, limit_reached);
  int status = 0;
  self->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (self->timer_fd < 0) {
    status = -errno;
    goto fail;
  }
  status = uv_loop_init(&self->uv);
  if (status != 0) goto close_timer;
  status = open_handles(self);
  if (status != 0) goto close_loop;
  status = uv_mutex_init(&self->posts_lock);
  if (status == 0) return self;
close_loop:
  close_handles(self);
close_timer:
  close(self->timer_fd);
fail:
  free(self);
  errno = -status;
  return NULL;
}

void real_loop_free(struct real_loop *self) {
  if (self == NULL) return;
  interrupt_close(&self->interrupt);
  cpu_timer_free(self->cpu_timer);
  stall_watch_remove(&self->stall);
  close_handles(self);
  close(self->timer_fd);
  struct list *link;
  while ((link = list_shift(&self->posts)) != NULL) free(list_entry(link, struct post, link));
  uv_mutex_destroy(&self->posts_lock);
  timers_free(&self->wake_ups);
  memory_pool_free(&self->pool);
  free(self);
}

int real_loop_run(struct real_loop *self) {
  accept_is_ours();
  if (self->living > 0) uv_run(&self->uv, UV_RUN_DEFAULT);
  return self->status;
}

void real_loop_run_for(struct real_loop *self, int64_t us) {
  accept_is_ours();
  int64_t now = clock_us(CLOCK_MONOTONIC);
  int64_t end = us < WORLD_NEVER - now ? now + us : WORLD_NEVER;
  if (timers_set(&self->wake_ups, &self->limit, end) != 0) return;
  self->living++;
  uv_run(&self->uv, UV_RUN_DEFAULT);
  self->living--;
  timers_cancel(&self->wake_ups, &self->limit);
}

int64_t real_loop_now(struct real_loop *self) {
  (void)self;
  return clock_us(CLOCK_MONOTONIC);
}

void real_loop_hold(struct real_loop *self) {
  self->living++;
}

void real_loop_release(struct real_loop *self) {
  self->living--;
}

void real_loop_stop(struct real_loop *self) {
  uv_stop(&self->uv);
}

void real_loop_on_ended(struct real_loop *self,
                        void (*ended)(void *arg, struct world *world, int status), void *arg) {
  self->on_ended = ended;
  self->on_ended_arg = arg;
}

int real_loop_on_interrupt(struct real_loop *self, void (*interrupted)(void *arg, int number),
                           void *arg) {
  if (interrupted != NULL) {
    return interrupt_open(&self->interrupt, &self->uv, &self->process->log.ending, interrupted,
                          arg);
  }
  interrupt_close(&self->interrupt);
  return 0;
}

/* In a signal handler: it reads one pointer, which the loop sets around each turn. */
static void on_cpu_time(void *arg) {
  struct real_loop *self = arg;
  struct world *current = self->stall.current;
  if (current != NULL) self->watchdog->tick(current);
}

int real_loop_watch_turns(struct real_loop *self, const struct real_watchdog *watchdog) {
  cpu_timer_free(self->cpu_timer);
  stall_watch_remove(&self->stall);
  self->cpu_timer = NULL;
  self->watchdog = watchdog;
  if (watchdog == NULL) return 0;
  self->cpu_timer = cpu_timer_new(on_cpu_time, self);
  return self->cpu_timer == NULL ? -1 : stall_watch_add(&self->stall, watchdog->stalled);
}

void real_loop_end_within(struct real_loop *self, int ms) {
  (void)self;
  stall_watch_end_within(ms);
}

struct uv_loop_s *real_loop_uv(struct real_loop *self) {
  return &self->uv;
}
