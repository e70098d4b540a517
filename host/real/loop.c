/*
** loop.c - a thread's loop, on libuv's.
**
** libuv's callbacks only take note. The work is done before the loop waits: in
** rounds, in which every touched source is looked at once and every node with
** work has one turn. When there is none left, the loop waits; when there is too
** much, it first lets libuv poll, so that no descriptor is forgotten over a
** busy node. A node or socket without work is in no list and costs nothing.
*/

#include "host/real/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "host/real/os/descriptor.h"
#include "host/real/os/signals.h"
#include "host/real/world.h"

/* So long may rounds go on before descriptors are polled. Polling costs about
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

static void look_at_touched(struct real_loop *self) {
  struct list looking;
  list_init(&looking);
  list_join(&looking, &self->touched);
  struct list *link;
  while ((link = list_shift(&looking)) != NULL) {
    struct source *source = list_entry(link, struct source, link);
    source->look(source);
  }
}

static void give_turn(struct real_loop *self, struct real_world *world) {
  self->current = world;
  bool more = world->base.user->turn(world->base.node, INT_MAX);
  self->current = NULL;
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

static void tell_ended(struct real_loop *self) {
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
  return !list_empty(&self->touched) || !list_empty(&self->serving) || !list_empty(&self->runnable);
}

/* Be woken at the earliest deadline. An alarm that is too early is left alone:
** a timeout that is set, not needed and set again costs no system call. */
static void arm(struct real_loop *self) {
  int64_t next = timers_next(&self->wake_ups);
  if (next >= self->armed) return;
  struct itimerspec when = {
      .it_value = {.tv_sec = next / 1000000, .tv_nsec = next % 1000000 * 1000}};
  if (timerfd_settime(self->alarm_fd, TFD_TIMER_ABSTIME, &when, NULL) == 0) self->armed = next;
}

static void hurry(uv_idle_t *handle) {
  (void)handle;
}

static void work(uv_prepare_t *handle) {
  struct real_loop *self = handle->data;
  int64_t now = clock_us(CLOCK_MONOTONIC);
  int64_t end = now + SLICE_US;
  wake_due(self, now);
  while (has_work(self) && now < end) {
    look_at_touched(self);
    give_turns(self, end);
    tell_ended(self);
    now = clock_us(CLOCK_MONOTONIC);
  }
  if (self->living == 0) uv_stop(&self->uv);
  if (has_work(self) || timers_next(&self->wake_ups) <= now) {
    uv_idle_start(&self->hurry, hurry);
  } else {
    uv_idle_stop(&self->hurry);
    arm(self);
  }
}

static void alarm_rang(uv_poll_t *handle, int status, int events) {
  (void)status;
  (void)events;
  struct real_loop *self = handle->data;
  uint64_t times;
  if (read(self->alarm_fd, &times, sizeof times) == sizeof times) self->armed = INT64_MAX;
}

static void answer_knock(uv_async_t *handle) {
  struct real_loop *self = handle->data;
  struct list posts;
  list_init(&posts);
  uv_mutex_lock(&self->posts_lock);
  list_join(&posts, &self->posts);
  uv_mutex_unlock(&self->posts_lock);
  struct list *link;
  while ((link = list_shift(&posts)) != NULL) {
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
  uv_async_send(&self->knock);
  return 0;
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
  self->before_waiting.data = self->knock.data = self->alarm.data = self;
  if (status == 0) status = uv_idle_init(&self->uv, &self->hurry);
  if (status == 0) status = uv_async_init(&self->uv, &self->knock, answer_knock);
  if (status == 0) status = uv_poll_init(&self->uv, &self->alarm, self->alarm_fd);
  if (status == 0) status = uv_poll_start(&self->alarm, UV_READABLE, alarm_rang);
  if (status == 0) status = uv_prepare_start(&self->before_waiting, work);
  return status;
}

struct real_loop *real_loop_new(struct real_process *process) {
  struct real_loop *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->process = process;
  self->armed = INT64_MAX;
  list_init(&self->touched);
  list_init(&self->runnable);
  list_init(&self->serving);
  list_init(&self->ended);
  list_init(&self->posts);
  timers_init(&self->wake_ups);
  timer_init(&self->limit, limit_reached);
  int status = 0;
  self->alarm_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (self->alarm_fd < 0) {
    status = -errno;
    goto fail;
  }
  status = uv_loop_init(&self->uv);
  if (status != 0) goto close_alarm;
  status = open_handles(self);
  if (status != 0) goto close_loop;
  status = uv_mutex_init(&self->posts_lock);
  if (status == 0) return self;
close_loop:
  close_handles(self);
close_alarm:
  close(self->alarm_fd);
fail:
  free(self);
  errno = -status;
  return NULL;
}

void real_loop_free(struct real_loop *self) {
  if (self == NULL) return;
  real_loop_on_interrupt(self, NULL, NULL);
  real_loop_on_tick(self, NULL);
  close_handles(self);
  close(self->alarm_fd);
  struct list *link;
  while ((link = list_shift(&self->posts)) != NULL) free(list_entry(link, struct post, link));
  uv_mutex_destroy(&self->posts_lock);
  timers_free(&self->wake_ups);
  pool_free(&self->pool);
  free(self);
}

int real_loop_run(struct real_loop *self) {
  if (self->living > 0) uv_run(&self->uv, UV_RUN_DEFAULT);
  return self->status;
}

void real_loop_run_for(struct real_loop *self, int64_t us) {
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

struct uv_loop_s *real_loop_uv(struct real_loop *self) {
  return &self->uv;
}
