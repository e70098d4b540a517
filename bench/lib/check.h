/*
** check.h - what every program here shares: giving up, and the clock.
**
** A measurement that failed is no measurement, so nothing here recovers.
*/

#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <zmq.h>

static inline void check(bool holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "bench: %s: %s\n", what, zmq_strerror(errno));
  exit(1);
}

/* Memory, all zero. */
__attribute__((returns_nonnull)) static inline void *check_memory(size_t size) {
  void *memory = calloc(1, size);
  if (memory == NULL) abort();
  return memory;
}

/* Nanoseconds, monotonic. */
static inline int64_t check_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* A socket that connects, or one that binds. */
static inline void *check_connect(void *context, int type, const char *endpoint) {
  void *socket = zmq_socket(context, type);
  check(socket != NULL, "zmq_socket");
  check(zmq_connect(socket, endpoint) == 0, endpoint);
  return socket;
}

static inline void *check_bind(void *context, int type, const char *endpoint) {
  void *socket = zmq_socket(context, type);
  check(socket != NULL, "zmq_socket");
  check(zmq_bind(socket, endpoint) == 0, endpoint);
  return socket;
}

#endif
