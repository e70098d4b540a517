/*
** line_reader.c - see line_reader.h.
**
** The file is opened anew where that can be done, since O_NONBLOCK belongs to what was
** opened and not to the descriptor. Else it is asked whether it is readable before each read.
** It is watched through an epoll of its own: libuv would set it to be nonblocking.
*/

#include "host/real/os/line_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { FIRST_ROOM = 4096, MOST_ROOM = WORLD_LINE_MAX + FIRST_ROOM };
enum { READS = 64 }; /* without a whole line; then the others have their turn */

struct line_reader {
  int file, poller; /* poller: -1 when the file can't be watched, as one on a disk */
  bool opened;      /* anew, and does not block */
  bool terminal, background;
  bool skipping; /* a line that is too long, to its end */
  bool ended;
  char *bytes;
  size_t begin, size, room; /* what is there and not taken: from 'begin', 'size' bytes */
  size_t searched;          /* so many of them hold no end of line */
};

static int open_anew(int file) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

struct line_reader *line_reader_new(int file) {
  struct line_reader *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->terminal = isatty(file);
  self->file = open_anew(file);
  self->opened = self->file >= 0;
  if (!self->opened) self->file = fcntl(file, F_DUPFD_CLOEXEC, 3);
  self->poller = self->file >= 0 ? epoll_create1(EPOLL_CLOEXEC) : -1;
  if (self->poller < 0) goto fail;
  struct epoll_event event = {.events = EPOLLONESHOT};
  if (epoll_ctl(self->poller, EPOLL_CTL_ADD, self->file, &event) == 0) return self;
  if (errno != EPERM) goto fail;
  close(self->poller);
  self->poller = -1;
  return self;
fail:;
  int reason = errno;
  line_reader_free(self);
  errno = reason;
  return NULL;
}

void line_reader_free(struct line_reader *self) {
  if (self == NULL) return;
  if (self->poller >= 0) close(self->poller);
  if (self->file >= 0) close(self->file);
  free(self->bytes);
  free(self);
}

int line_reader_descriptor(const struct line_reader *self) {
  return self->poller;
}

bool line_reader_is_in_background(const struct line_reader *self) {
  return self->background;
}

void line_reader_watch(struct line_reader *self) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT};
  epoll_ctl(self->poller, EPOLL_CTL_MOD, self->file, &event);
}

void line_reader_seen(struct line_reader *self) {
  struct epoll_event event;
  epoll_wait(self->poller, &event, 1, 0);
}

/* Behind what is there; false without memory. */
static bool make_room(struct line_reader *self) {
  if (self->begin > 0) memmove(self->bytes, self->bytes + self->begin, self->size);
  self->begin = 0;
  if (self->size < self->room) return true;
  size_t room = self->room == 0 ? FIRST_ROOM : self->room * 2;
  if (room > MOST_ROOM) room = MOST_ROOM;
  char *grown = realloc(self->bytes, room);
  if (grown == NULL) return false;
  self->bytes = grown;
  self->room = room;
  return true;
}

/* A process of the background that reads its terminal is stopped by SIGTTIN; one that blocks
** the signal gets EIO instead. */
static ssize_t read_terminal(struct line_reader *self, char *bytes, size_t room) {
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTTIN);
  pthread_sigmask(SIG_BLOCK, &stop, &before);
  ssize_t count = read(self->file, bytes, room);
  int reason = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pid_t foreground = count < 0 && reason == EIO ? tcgetpgrp(self->file) : -1;
  self->background = foreground >= 0 && foreground != getpgrp();
  errno = self->background ? EAGAIN : reason;
  return count;
}

static ssize_t read_some(struct line_reader *self) {
  char *bytes = self->bytes + self->size;
  size_t room = self->room - self->size;
  struct pollfd poller = {.fd = self->file, .events = POLLIN};
  if (!self->opened && poll(&poller, 1, 0) == 0) {
    errno = EAGAIN;
    return -1;
  }
  return self->terminal ? read_terminal(self, bytes, room) : read(self->file, bytes, room);
}

/* Take so many bytes, and 'end' more. */
static void drop(struct line_reader *self, size_t size, size_t end) {
  self->begin += size + end;
  self->size -= size + end;
  self->searched = 0;
}

/* What is there already. */
static enum world_line_kind take_there(struct line_reader *self, struct world_line *line) {
  while (self->size > self->searched) {
    const char *from = self->bytes + self->begin;
    const char *end = memchr(from + self->searched, '\n', self->size - self->searched);
    size_t size = end != NULL ? (size_t)(end - from) : self->size;
    if (self->skipping || size > WORLD_LINE_MAX) {
      bool is_news = !self->skipping;
      drop(self, size, end != NULL);
      self->skipping = end == NULL;
      if (is_news) return WORLD_LINE_TOO_LONG;
    } else if (end != NULL) {
      *line = (struct world_line){.bytes = from, .size = size};
      drop(self, size, 1);
      return WORLD_LINE;
    } else {
      self->searched = size;
    }
  }
  if (!self->ended || self->size == 0) return WORLD_LINE_NONE;
  *line = (struct world_line){.bytes = self->bytes + self->begin, .size = self->size};
  drop(self, self->size, 0);
  return WORLD_LINE;
}

enum world_line_kind line_reader_take(struct line_reader *self, struct world_line *line) {
  for (int reads = 0; reads < READS; reads++) {
    enum world_line_kind kind = take_there(self, line);
    if (kind != WORLD_LINE_NONE) return kind;
    if (self->ended) return WORLD_LINE_END;
    errno = ENOMEM;
    ssize_t count = make_room(self) ? read_some(self) : -1;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return WORLD_LINE_NONE;
    if (count > 0) self->size += (size_t)count;
    if (count <= 0) self->ended = true;
    if (count < 0) return WORLD_LINE_FAILED;
  }
  return WORLD_LINE_NONE;
}
