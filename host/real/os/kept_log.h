/*
** kept_log.h - the latest lines of a log, for those who come later or read slowly.
**
** A line is put in from any thread, and never waits for a reader: who is too slow misses
** what is overwritten.
*/

#ifndef HOST_REAL_OS_KEPT_LOG_H
#define HOST_REAL_OS_KEPT_LOG_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

enum { KEPT_LOG_SIZE = 64 << 10 };

struct kept_log {
  uv_mutex_t lock;
  char *bytes;      /* the byte at place N is at N % KEPT_LOG_SIZE; NULL: no line yet */
  uint64_t written; /* all there ever were */
  void (*added)(void *arg);
  void *arg;
};

void kept_log_init(struct kept_log *self);
void kept_log_free(struct kept_log *self);

/* Put in a line with its end of line. */
void kept_log_add(struct kept_log *self, const char *line, size_t size);

/* Have 'added' called after each line, in its thread; it only takes note. NULL: no longer. */
void kept_log_watch(struct kept_log *self, void (*added)(void *arg), void *arg);

/* The place of the oldest whole line. */
uint64_t kept_log_begin(struct kept_log *self);

/* Copy what is at '*place', which is moved on. Returns how many bytes. '*lost': so many
** before them were overwritten; what comes then begins with a whole line. */
size_t kept_log_read(struct kept_log *self, uint64_t *place, char *bytes, size_t room,
                     uint64_t *lost);

#endif
