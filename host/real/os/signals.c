/*
** signals.c - SIGINT and SIGTERM for the process, any signal for a node.
**
** The two that end a program are not left to libuv, whose handlers only write
** to a pipe: a script that loops for ever would make the process immortal. The
** first one rings the loop and puts the system's defaults back in place, so the
** second one kills. It also says that the process ends, since the loop may stand
** still for a terminal that does.
*/

#include "host/real/os/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "host/real/loop.h"

/* A signal handler has no argument to find its loop by. */
static uv_async_t *_Atomic bell;
static atomic_int rung_by;

struct watched_signal {
  uv_signal_t handle;
  struct list link;
  struct real_world *world;
};

static void back_to_default(int number) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(number, &action, NULL);
}

static void interrupted(int number) {
  int reason = errno;
  back_to_default(SIGINT);
  back_to_default(SIGTERM);
  atomic_store(&rung_by, number);
  uv_async_t *async = atomic_load(&bell);
  if (async != NULL) {
    real_process_ending(((struct real_loop *)async->data)->process);
    uv_async_send(async);
  }
  errno = reason;
}

static void unblock(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void handle_interrupt(int number) {
  struct sigaction action = {.sa_handler = interrupted, .sa_flags = SA_RESTART | SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
  unblock(number);
}

static void answer_bell(uv_async_t *async) {
  struct real_loop *loop = async->data;
  int number = atomic_exchange(&rung_by, 0);
  if (number != 0 && loop->on_interrupt != NULL) loop->on_interrupt(loop->on_interrupt_arg, number);
}

static void stop_interrupts(struct real_loop *loop) {
  if (atomic_load(&bell) != &loop->interrupt) return;
  back_to_default(SIGINT);
  back_to_default(SIGTERM);
  atomic_store(&bell, NULL);
}

int real_loop_on_interrupt(struct real_loop *loop, void (*interrupt)(void *arg, int number),
                           void *arg) {
  if (interrupt == NULL) {
    stop_interrupts(loop);
    loop->on_interrupt = NULL;
    return 0;
  }
  if (loop->interrupt.data == NULL) { /* the handle is not open yet */
    int status = uv_async_init(&loop->uv, &loop->interrupt, answer_bell);
    if (status != 0) {
      errno = -status;
      return -1;
    }
    loop->interrupt.data = loop;
  }
  loop->on_interrupt = interrupt;
  loop->on_interrupt_arg = arg;
  atomic_store(&bell, &loop->interrupt);
  handle_interrupt(SIGINT);
  handle_interrupt(SIGTERM);
  return 0;
}

static void arrived(uv_signal_t *handle, int number) {
  struct real_world *world = ((struct watched_signal *)handle)->world;
  real_world_schedule(world);
  world->base.user->signal(world->base.node, number);
}

static void forget(uv_handle_t *handle) {
  free(handle);
}

static void stop_watching(struct watched_signal *self) {
  int number = self->handle.signum;
  list_remove(&self->link);
  uv_signal_stop(&self->handle);
  uv_close((uv_handle_t *)&self->handle, forget);
  if ((number == SIGINT || number == SIGTERM) && atomic_load(&bell) != NULL) {
    struct sigaction now; /* libuv put the default back, unless another node still watches */
    if (sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_DFL) handle_interrupt(number);
  }
}

static int start_watching(struct real_world *world, int number) {
  struct watched_signal *self = malloc(sizeof *self);
  if (self == NULL) return -1;
  self->world = world;
  list_init(&self->link);
  int status = uv_signal_init(&world->loop->uv, &self->handle);
  if (status != 0) {
    free(self);
    errno = -status;
    return -1;
  }
  status = uv_signal_start(&self->handle, arrived, number);
  if (status != 0) {
    uv_close((uv_handle_t *)&self->handle, forget);
    errno = -status;
    return -1;
  }
  list_append(&world->signals, &self->link);
  unblock(number);
  return 0;
}

static struct watched_signal *find(struct real_world *world, int number) {
  for (struct list *link = world->signals.next; link != &world->signals; link = link->next) {
    struct watched_signal *self = list_entry(link, struct watched_signal, link);
    if (self->handle.signum == number) return self;
  }
  return NULL;
}

int signals_watch(struct world *base, int number, bool on) {
  struct real_world *world = real_world(base);
  struct watched_signal *found = find(world, number);
  if (on) return found != NULL ? 0 : start_watching(world, number);
  if (found != NULL) stop_watching(found);
  return 0;
}

void signals_forget(struct real_world *world) {
  struct list *link;
  while ((link = list_first(&world->signals)) != NULL) {
    stop_watching(list_entry(link, struct watched_signal, link));
  }
}
