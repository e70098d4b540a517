/*
** cpu_timer.c - tells, while a thread computes, that it has computed for another
** while.
**
** A timer on the thread's own CPU time sends its signal to that thread alone. So
** an idle thread gets none, and on a machine with too much to do nobody is taken
** for slow who had no turn. The handler may run between any two instructions:
** it reads one pointer, which the loop sets around each turn.
*/

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "host/real/loop.h"
#include "host/real/world.h"

#ifndef sigev_notify_thread_id /* libc may not name it */
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum { TICK_NS = 10 * 1000 * 1000 };

struct ticker {
  timer_t timer;
  struct real_loop *loop;
  void (*tick)(struct world *world);
};

/* One of the signals nobody else uses: neither scripts nor libuv know it. */
static int tick_signal(void) {
  return SIGRTMIN + 5;
}

static void ticked(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  int reason = errno;
  const struct ticker *self = info->si_value.sival_ptr;
  struct real_world *current = *(struct real_world *volatile *)&self->loop->current;
  if (info->si_code == SI_TIMER && current != NULL) self->tick(&current->base);
  errno = reason;
}

static int start(struct ticker *self) {
  struct sigaction action = {.sa_sigaction = ticked, .sa_flags = SA_SIGINFO | SA_RESTART};
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
  return timer_settime(self->timer, 0, &period, NULL);
}

int real_loop_on_tick(struct real_loop *loop, void (*tick)(struct world *world)) {
  if (loop->ticker != NULL) {
    timer_delete(loop->ticker->timer); /* what it had sent has arrived by now */
    free(loop->ticker);
    loop->ticker = NULL;
  }
  if (tick == NULL) return 0;
  struct ticker *self = malloc(sizeof *self);
  if (self == NULL) return -1;
  *self = (struct ticker){.loop = loop, .tick = tick};
  if (start(self) == 0) {
    loop->ticker = self;
    return 0;
  }
  int reason = errno;
  free(self);
  errno = reason;
  return -1;
}
