/*
** states COUNT: that many Lua states with their libraries, each with a socket, spread
** over a thread a core; then says when that was done (ms, wall clock) and what
** memory is resident (KiB).
**
** The least that nodes of a topology can be: they have no role and can do nothing.
*/

#include <pthread.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "bench/lib/check.h"

enum { MOST_THREADS = 64 };

static void *context;
static int states_each;

static void *make(void *arg) {
  (void)arg;
  for (int i = 0; i < states_each; i++) {
    lua_State *L = luaL_newstate();
    check(L != NULL, "luaL_newstate");
    luaL_openlibs(L);
    check(zmq_socket(context, ZMQ_PULL) != NULL, "zmq_socket");
  }
  return NULL;
}

static long resident_kib(void) {
  long total = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  check(file != NULL && fscanf(file, "%ld %ld", &total, &resident) == 2, "/proc/self/statm");
  fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int count, char **argument) {
  pthread_t threads[MOST_THREADS];
  check(count == 2, "usage: states COUNT");
  int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
  if (cores > MOST_THREADS) cores = MOST_THREADS;
  states_each = atoi(argument[1]) / cores;
  context = zmq_ctx_new();
  zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 65535);
  for (int i = 0; i < cores; i++) {
    check(pthread_create(&threads[i], NULL, make, NULL) == 0, "pthread_create");
  }
  for (int i = 0; i < cores; i++) pthread_join(threads[i], NULL);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  printf("%lld %ld\n", (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000, resident_kib());
  fflush(stdout);
  _exit(0);
}
