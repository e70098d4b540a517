/*
** cpu_timer.c - see cpu_timer.h.
*/

#include "host/real/os/cpu_timer.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id /* libc may not name it */
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum { TICK_NS = 10 * 1000 * 1000 };

struct cpu_timer {
  timer_t timer;
  void (*tick)(void *arg);
  void *arg;
};

/* A signal that neither scripts nor libuv know. */
static int tick_signal(void) {
  return SIGRTMIN + 5;
}

static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  int reason = errno;
  const struct cpu_timer *self = info->si_value.sival_ptr;
  if (info->si_code == SI_TIMER) self->tick(self->arg);
  errno = reason;
}

static int start(struct cpu_timer *self) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigfillset(&action.sa_mask);
  if (sigaction(tick_signal(), &action, NULL) != 0) return -1;
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = tick_signal()};
  event.sigev_value.sival_ptr = self;
  event.sigev_notify_thread_id = gettid();
  if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &self->timer) != 0) return -1;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, tick_signal());
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  struct itimerspec period = {.it_interval = {.tv_nsec = TICK_NS},
                              .it_value = {.tv_nsec = TICK_NS}};
  if (timer_settime(self->timer, 0, &period, NULL) == 0) return 0;
  timer_delete(self->timer);
  return -1;
}

struct cpu_timer *cpu_timer_new(void (*tick)(void *arg), void *arg) {
  struct cpu_timer *self = malloc(sizeof *self);
  if (self == NULL) return NULL;
  *self = (struct cpu_timer){.tick = tick, .arg = arg};
  if (start(self) == 0) return self;
  int reason = errno;
  free(self);
  errno = reason;
  return NULL;
}

void cpu_timer_free(struct cpu_timer *self) {
  if (self == NULL) return;
  timer_delete(self->timer); /* what it had sent has arrived by now */
  free(self);
}
