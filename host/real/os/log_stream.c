/*
** log_stream.c - see log_stream.h.
**
** So much is written ahead; the rest waits in the kept log, which forgets it if the reader
** is slow. Then a line says so.
*/

#include "host/real/os/log_stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/real/os/kept_log.h"

enum { PIECE = 8 << 10, MOST_AHEAD = 64 << 10, NOTICE = 80 };

struct piece {
  uv_write_t write;
  char bytes[NOTICE + PIECE];
};

/* What comes next, after a notice if something is missing before it; how many bytes. */
static size_t next_bytes(struct log_stream *self, char *bytes) {
  uint64_t lost;
  char *lines = bytes + NOTICE;
  size_t size = kept_log_read(self->log, &self->place, lines, PIECE, &lost), notice = 0;
  if (lost > 0) {
    notice =
        (size_t)snprintf(bytes, NOTICE, "(%" PRIu64 " bytes of the log came too fast)\n", lost);
  }
  for (size_t i = 0; i < size; i++) bytes[notice + i] = lines[i];
  return notice + size;
}

static void written(uv_write_t *write, int status) {
  struct piece *piece = (struct piece *)write;
  struct log_stream *self = write->data;
  free(piece);
  self->writing--;
  if (status != 0) {
    self->done(self);
  } else {
    log_stream_send(self);
  }
}

void log_stream_send(struct log_stream *self) {
  if (uv_is_closing((uv_handle_t *)self->pipe)) return;
  while (uv_stream_get_write_queue_size(self->pipe) < MOST_AHEAD) {
    struct piece *piece = malloc(sizeof *piece);
    size_t size = piece != NULL ? next_bytes(self, piece->bytes) : 0;
    uv_buf_t buffer = uv_buf_init(piece != NULL ? piece->bytes : NULL, (unsigned)size);
    if (size == 0) {
      free(piece);
      break;
    }
    piece->write.data = self;
    if (uv_write(&piece->write, self->pipe, &buffer, 1, written) != 0) {
      free(piece);
      self->done(self);
      return;
    }
    self->writing++;
  }
  if (!self->follows && self->writing == 0) self->done(self);
}

void log_stream_flush(struct log_stream *self) {
  char bytes[NOTICE + PIECE];
  size_t size;
  while (self->writing == 0 && (size = next_bytes(self, bytes)) > 0) {
    uv_buf_t buffer = uv_buf_init(bytes, (unsigned)size);
    if (uv_try_write(self->pipe, &buffer, 1) != (int)size) return;
  }
}

void log_stream_begin(struct log_stream *self, struct kept_log *log, uv_stream_t *pipe,
                      bool follows, void (*done)(struct log_stream *self)) {
  *self = (struct log_stream){.log = log, .pipe = pipe, .follows = follows, .done = done};
  self->place = kept_log_begin(log);
  log_stream_send(self);
}
