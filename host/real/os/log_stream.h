/*
** log_stream.h - the lines of a log on their way to one reader, who never delays them.
*/

#ifndef HOST_REAL_OS_LOG_STREAM_H
#define HOST_REAL_OS_LOG_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

struct kept_log;

struct log_stream {
  struct kept_log *log; /* NULL: it has not begun */
  uv_stream_t *pipe;
  uint64_t place;
  bool follows;                          /* also what comes later */
  int writing;                           /* writes under way */
  void (*done)(struct log_stream *self); /* all is written, or the reader has gone */
};

/* Send what the log has kept, and with 'follows' what comes. 'done' may be called at once. */
void log_stream_begin(struct log_stream *self, struct kept_log *log, uv_stream_t *pipe,
                      bool follows, void (*done)(struct log_stream *self));
/* Go on: there may be lines. */
void log_stream_send(struct log_stream *self);
/* Before the end of the process: send what there is, as far as the reader has room. */
void log_stream_flush(struct log_stream *self);

#endif
