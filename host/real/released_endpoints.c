/*
** released_endpoints.c - see released_endpoints.h.
*/

#include "host/real/released_endpoints.h"

#include <errno.h>
#include <string.h>

#include "host/real/os/clock.h"

enum { LATELY_US = 1000 * 1000, PATIENCE_US = 250 * 1000, PAUSE_US = 200 };

void released_init(struct released *self) {
  uv_mutex_init(&self->lock);
}

void released_free(struct released *self) {
  uv_mutex_destroy(&self->lock);
}

/* One address has several names, tcp://127.0.0.1:5555 and tcp://0.0.0.0:5555 say:
** with tcp only the port counts. */
static uint64_t address_of(const char *endpoint) {
  const char *port = strncmp(endpoint, "tcp:", 4) == 0 ? strrchr(endpoint, ':') : NULL;
  uint64_t hash = 0xcbf29ce484222325;
  for (const char *c = port != NULL ? port : endpoint; *c != '\0'; c++) {
    hash = (hash ^ (unsigned char)*c) * 0x100000001b3;
  }
  return hash;
}

void released_add(struct released *self, const char *endpoint) {
  uv_mutex_lock(&self->lock);
  unsigned place = self->count++ % RELEASED_KEPT;
  self->last[place].address = address_of(endpoint);
  self->last[place].time_us = clock_us(CLOCK_MONOTONIC);
  uv_mutex_unlock(&self->lock);
}

static bool was_ours(struct released *self, const char *endpoint) {
  uint64_t address = address_of(endpoint);
  int64_t since = clock_us(CLOCK_MONOTONIC) - LATELY_US;
  bool found = false;
  uv_mutex_lock(&self->lock);
  unsigned kept = self->count < RELEASED_KEPT ? self->count : RELEASED_KEPT;
  for (unsigned i = 0; i < kept && !found; i++) {
    found = self->last[i].address == address && self->last[i].time_us >= since;
  }
  uv_mutex_unlock(&self->lock);
  return found;
}

int released_bind(struct released *self, const char *endpoint,
                  int (*bind)(void *arg, const char *endpoint), void *arg) {
  int status = bind(arg, endpoint);
  if (status == 0 || errno != EADDRINUSE || !was_ours(self, endpoint)) return status;
  const struct timespec pause = {.tv_nsec = PAUSE_US * 1000};
  int64_t end = clock_us(CLOCK_MONOTONIC) + PATIENCE_US;
  do {
    nanosleep(&pause, NULL);
    status = bind(arg, endpoint);
  } while (status != 0 && errno == EADDRINUSE && clock_us(CLOCK_MONOTONIC) < end);
  return status;
}
