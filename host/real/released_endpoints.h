/*
** released_endpoints.h - addresses that this process gave up a moment ago.
**
** libzmq ends a listener on a thread of its own, some time after zmq_unbind,
** and until then the address is in use. So a bind to an address that was ours a
** moment ago is tried again; one that another process has is refused at once.
*/

#ifndef HOST_REAL_RELEASED_ENDPOINTS_H
#define HOST_REAL_RELEASED_ENDPOINTS_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

enum { RELEASED_KEPT = 256 };

struct released {
  uv_mutex_t lock;
  struct {
    uint64_t address; /* a hash: two that share one only wait a little in vain */
    int64_t time_us;
  } last[RELEASED_KEPT];
  unsigned count; /* of all there ever were */
};

void released_init(struct released *self);
void released_free(struct released *self);

/* This endpoint, which a socket was bound to, is being given up. */
void released_add(struct released *self, const char *endpoint);

/* Call 'bind' until it does not fail for an address in use, or a quarter of a
** second is over; once, when the address was not ours within the last second.
** What it returned last. */
int released_bind(struct released *self, const char *endpoint,
                  int (*bind)(void *arg, const char *endpoint), void *arg);

#endif
