/*
** signals.c - see signals.h.
**
** SIGINT and SIGTERM are not left to libuv, whose handlers only write to a pipe: a
** script in an endless loop would make the process immortal. The handler wakes the
** loop and puts the system's defaults back in place, so that a second signal kills.
*/

#include "host/real/os/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

static bool hangup_was_blocked; /* when it was watched first: it never kills this program */

/* A signal handler has no argument to find its loop by. */
static struct interrupt *_Atomic current;
static atomic_int interrupted_by;
static atomic_bool has_come;

struct watched_signal {
  uv_signal_t handle;
  struct list link;
  void (*arrived)(void *arg, int number);
  void *arg;
};

static void block(int how, int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(how, &set, NULL);
}

static void back_to_default(int number) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(number, &action, NULL);
}

static void on_interrupt(int number) {
  int reason = errno;
  back_to_default(SIGINT);
  back_to_default(SIGTERM);
  atomic_store(&interrupted_by, number);
  atomic_store(&has_come, true);
  struct interrupt *self = atomic_load(&current);
  if (self != NULL) {
    atomic_store(self->ending, true);
    uv_async_send(&self->handle);
  }
  errno = reason;
}

static void handle_interrupt(int number) {
  struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART | SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
  block(SIG_UNBLOCK, number);
}

static void on_async(uv_async_t *handle) {
  struct interrupt *self = handle->data;
  int number = atomic_exchange(&interrupted_by, 0);
  if (number != 0) self->interrupted(self->arg, number);
}

int interrupt_open(struct interrupt *self, uv_loop_t *loop, atomic_bool *ending,
                   void (*interrupted)(void *arg, int number), void *arg) {
  int status = uv_async_init(loop, &self->handle, on_async);
  if (status != 0) {
    errno = -status;
    return -1;
  }
  self->handle.data = self;
  self->ending = ending;
  self->interrupted = interrupted;
  self->arg = arg;
  atomic_store(&current, self);
  atomic_store(&has_come, false);
  handle_interrupt(SIGINT);
  handle_interrupt(SIGTERM);
  return 0;
}

bool interrupt_has_come(void) {
  return atomic_load(&has_come);
}

void interrupt_close(struct interrupt *self) {
  if (atomic_load(&current) != self) return;
  back_to_default(SIGINT);
  back_to_default(SIGTERM);
  atomic_store(&current, NULL);
}

static void on_signal(uv_signal_t *handle, int number) {
  struct watched_signal *self = (struct watched_signal *)handle;
  self->arrived(self->arg, number);
}

static void on_closed(uv_handle_t *handle) {
  free(handle);
}

/* libuv has put the default back, unless another node still watches: a node that ends,
** and still sends what lingers, is not killed by what it had handled until now. */
static void keep_from_killing(int number) {
  struct sigaction now;
  if (sigaction(number, NULL, &now) != 0 || now.sa_handler != SIG_DFL) return;
  if (number == SIGHUP) {
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    sigaction(number, &ignored, NULL);
  } else if ((number == SIGINT || number == SIGTERM) && atomic_load(&current) != NULL) {
    handle_interrupt(number);
  }
}

static void unwatch(struct watched_signal *self) {
  int number = self->handle.signum;
  list_remove(&self->link);
  block(SIG_BLOCK, number);
  uv_signal_stop(&self->handle);
  uv_close((uv_handle_t *)&self->handle, on_closed);
  keep_from_killing(number);
  block(SIG_UNBLOCK, number);
}

void signals_end(void) {
  struct sigaction now;
  if (hangup_was_blocked) return;
  bool ignored = sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
  if (ignored) back_to_default(SIGHUP);
}

static void note_blocked(void) {
  sigset_t blocked;
  if (pthread_sigmask(SIG_BLOCK, NULL, &blocked) == 0 && sigismember(&blocked, SIGHUP) == 1) {
    hangup_was_blocked = true;
  }
}

static struct watched_signal *find(struct list *watched, int number) {
  for (struct list *link = watched->next; link != watched; link = link->next) {
    struct watched_signal *self = list_entry(link, struct watched_signal, link);
    if (self->handle.signum == number) return self;
  }
  return NULL;
}

int signals_watch(struct list *watched, uv_loop_t *loop, int number, bool on,
                  void (*arrived)(void *arg, int number), void *arg) {
  struct watched_signal *found = find(watched, number);
  if (found != NULL && !on) unwatch(found);
  if (found != NULL || !on) return 0;
  struct watched_signal *self = malloc(sizeof *self);
  if (self == NULL) return -1;
  self->arrived = arrived;
  self->arg = arg;
  list_init(&self->link);
  int status = uv_signal_init(loop, &self->handle);
  if (status != 0) {
    free(self);
    errno = -status;
    return -1;
  }
  status = uv_signal_start(&self->handle, on_signal, number);
  if (status != 0) {
    uv_close((uv_handle_t *)&self->handle, on_closed);
    errno = -status;
    return -1;
  }
  list_append(watched, &self->link);
  if (number == SIGHUP) note_blocked();
  block(SIG_UNBLOCK, number);
  return 0;
}

void signals_unwatch_all(struct list *watched) {
  struct list *link;
  while ((link = list_first(watched)) != NULL) {
    unwatch(list_entry(link, struct watched_signal, link));
  }
}
