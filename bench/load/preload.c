/*
** preload.c - a load as a thread inside the program under test, for inproc.
**
** inproc needs both ends in one context. So this library is loaded before the
** program (LD_PRELOAD) and stands in front of two functions of libzmq: the first
** bind to an inproc endpoint starts the load that the variable LOAD describes,
** on the binding socket's context. The program itself is what its users run,
** and knows nothing. When the load is done the process ends at once: in order
** it could not, since the load's sockets are still open.
*/

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "bench/lib/check.h"
#include "bench/load/load.h"

enum { WORDS = 8 };

static void *context_seen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void *load_thread(void *argument) {
  char *word[WORDS], *rest = argument;
  int count = 0;
  while (count < WORDS && (word[count] = strsep(&rest, " ")) != NULL) count++;
  load_run(context_seen, count, word);
  _exit(0);
}

/* Signals are the program's: a new thread takes none. */
static void start(void) {
  const char *load = getenv("LOAD");
  if (load == NULL) return;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  errno = pthread_create(&thread, NULL, load_thread, strdup(load));
  check(errno == 0, "pthread_create");
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void *zmq_socket(void *context, int type) {
  static void *(*real)(void *, int);
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "zmq_socket");
  if (context_seen == NULL) context_seen = context;
  return real(context, type);
}

int zmq_bind(void *socket, const char *endpoint) {
  static int (*real)(void *, const char *);
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "zmq_bind");
  int status = real(socket, endpoint);
  if (strncmp(endpoint, "inproc:", 7) == 0) pthread_once(&once, start);
  return status;
}
