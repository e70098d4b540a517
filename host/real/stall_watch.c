/*
** stall_watch.c - see stall_watch.h.
**
** One thread for the process, which is started for the first loop and not joined: it
** may be what ends a process that can't end by itself.
*/

#include "host/real/stall_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/real/os/clock.h"
#include "host/real/os/process.h"
#include "host/real/os/signals.h"

enum { BUSY_MS = 50, IDLE_MS = 500 }; /* between two checks */
enum { EXTRA_MS = 1000 };             /* after the grace time, for what is not a node's turn */

static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  struct list loops;
  bool started;
  int grace_ms;        /* 0: an interrupt does not end the process by force */
  int64_t interrupted; /* when it was seen to be; 0: it is not */
} watch = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static int stall_signal(void) {
  return SIGRTMIN + 6;
}

/* On the loop's thread, which has been in the middle of something for long. */
static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  int reason = errno;
  const struct stall *self = info->si_value.sival_ptr;
  struct world *world = self->current;
  if (info->si_code == SI_QUEUE && world != NULL) {
    self->on_stall(world, (clock_us(CLOCK_MONOTONIC) - self->since) / 1000, self->ends);
  }
  errno = reason;
}

/* Does the thread sleep, in the kernel? */
static bool is_asleep(pid_t thread) {
  char path[64], text[256];
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)thread);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = file < 0 ? -1 : read(file, text, sizeof text - 1);
  if (file >= 0) close(file);
  if (size <= 0) return false;
  text[size] = '\0';
  const char *name_end = strrchr(text, ')'); /* "17 (name) S ..." */
  return name_end != NULL && name_end[1] == ' ' && (name_end[2] == 'S' || name_end[2] == 'D');
}

static void interrupt(struct stall *self) {
  pthread_sigqueue(self->thread, stall_signal(), (union sigval){.sival_ptr = self});
}

/* Is the loop where it was at the last check? */
static bool stands_still(struct stall *self, int64_t now) {
  const struct world *world = self->current;
  uint64_t turn = self->turns, run = world != NULL ? *(const volatile uint64_t *)&world->runs : 0;
  if (world != NULL && world == self->world && turn == self->turn && run == self->run) return true;
  self->world = world;
  self->turn = turn;
  self->run = run;
  self->since = now;
  self->reported = false;
  return false;
}

/* True: check again soon. */
static bool check(struct stall *self, int64_t now) {
  if (!stands_still(self, now)) return self->world != NULL;
  if (self->reported) return true;
  if (!is_asleep(self->thread_id)) { /* it computes: the CPU timer finds that */
    self->since = now;
    return true;
  }
  int64_t limit = self->world->warn_us;
  if (limit > 0 && now - self->since >= limit) {
    self->reported = true;
    interrupt(self);
  }
  return true;
}

/* The grace time is over. Does a node keep its thread from ending? */
static bool keeps_from_ending(const struct stall *self) {
  return self->current != NULL && self->turns == self->turn_at_end;
}

static void end_process(void) {
  for (struct list *link = watch.loops.next; link != &watch.loops; link = link->next) {
    struct stall *stall = list_entry(link, struct stall, link);
    if (!keeps_from_ending(stall)) continue;
    stall->ends = true;
    interrupt(stall);
  }
  const struct timespec moment = {.tv_nsec = 50 * 1000 * 1000};
  nanosleep(&moment, NULL); /* for the reports */
  _exit(EXIT_FAILURE);
}

static void check_end(int64_t now) {
  if (watch.grace_ms == 0 || !interrupt_has_come()) return;
  bool begins = watch.interrupted == 0, kept = false;
  if (begins) watch.interrupted = now;
  for (struct list *link = watch.loops.next; link != &watch.loops; link = link->next) {
    struct stall *stall = list_entry(link, struct stall, link);
    if (begins) stall->turn_at_end = stall->turns;
    kept = kept || keeps_from_ending(stall);
  }
  int64_t ms = (now - watch.interrupted) / 1000;
  if (ms >= watch.grace_ms + (kept ? 0 : EXTRA_MS)) end_process();
}

static void wait_until(int64_t us) {
  struct timespec when = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
  pthread_cond_clockwait(&watch.changed, &watch.lock, CLOCK_MONOTONIC, &when);
}

static void *run(void *arg) {
  (void)arg;
  pthread_mutex_lock(&watch.lock);
  for (;;) {
    int64_t now = clock_us(CLOCK_MONOTONIC);
    bool busy = watch.interrupted != 0;
    for (struct list *link = watch.loops.next; link != &watch.loops; link = link->next) {
      busy = check(list_entry(link, struct stall, link), now) || busy;
    }
    check_end(now);
    wait_until(now + (busy ? BUSY_MS : IDLE_MS) * 1000);
  }
  return NULL;
}

/* With the lock held. */
static int start(void) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigfillset(&action.sa_mask);
  if (sigaction(stall_signal(), &action, NULL) != 0) return -1;
  list_init(&watch.loops);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  sigset_t before;
  process_block_signals(&before);
  int reason = pthread_create(&thread, &attributes, run, NULL);
  process_restore_signals(&before);
  pthread_attr_destroy(&attributes);
  watch.started = reason == 0;
  errno = reason;
  return reason == 0 ? 0 : -1;
}

int stall_watch_add(struct stall *self,
                    void (*on_stall)(struct world *world, int64_t ms, bool ends)) {
  self->on_stall = on_stall;
  self->thread = pthread_self();
  self->thread_id = gettid();
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, stall_signal());
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  pthread_mutex_lock(&watch.lock);
  int status = watch.started ? 0 : start();
  if (status == 0) {
    list_init(&self->link);
    list_append(&watch.loops, &self->link);
  }
  pthread_mutex_unlock(&watch.lock);
  return status;
}

void stall_watch_remove(struct stall *self) {
  pthread_mutex_lock(&watch.lock);
  if (self->link.next != NULL) list_remove(&self->link);
  pthread_mutex_unlock(&watch.lock);
}

void stall_watch_forget(void) {
  pthread_mutex_lock(&watch.lock); /* no check is under way that saw it */
  pthread_mutex_unlock(&watch.lock);
}

void stall_watch_end_within(int grace_ms) {
  pthread_mutex_lock(&watch.lock);
  watch.grace_ms = grace_ms;
  watch.interrupted = 0;
  pthread_mutex_unlock(&watch.lock);
}
