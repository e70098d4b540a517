/*
** clock.h - the system's clocks, in microseconds.
*/

#ifndef HOST_REAL_OS_CLOCK_H
#define HOST_REAL_OS_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_us(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

#endif
