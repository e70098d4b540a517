/*
** process.c - see process.h.
*/

#include "host/real/os/process.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/resource.h>

enum { RESERVED_DESCRIPTORS = 64 }; /* never given to sockets of nodes */

/* Not SIG_IGN, which child processes would inherit. */
static void ignore(int number) {
  (void)number;
}

void process_prepare(void) {
  struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGPIPE, &action, NULL);
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
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
** are all free, which one call finds out, none has to be counted. */
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

void process_block_signals(sigset_t *before) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, before);
}

void process_restore_signals(const sigset_t *before) {
  pthread_sigmask(SIG_SETMASK, before, NULL);
}
