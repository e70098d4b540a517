/*
** log.c - lines of log on standard error: "HH:MM:SS.mmm NAME: text", the name in a
** colour of its own on a terminal.
**
** Text may come from a peer, so nothing in it may move a cursor, change a
** terminal or look like a line of its own: control characters are written as
** escapes, and further lines are indented. Failures to write are ignored: a program
** must not end because its terminal did, nor hang because that stands still.
*/

#include "host/real/os/log.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_TEXT = 32 * 1024 }; /* the rest is left out */
enum { WIDEST = 4 };           /* one byte becomes at most 4: \xHH */
enum { HEAD_SIZE = 128 };      /* time, node, level */
enum { LOOK_MS = 100, PATIENCE_MS = 1000 };

/* How many bytes at 'text' are one printable character of UTF-8; 0 if none. */
static size_t printable(const unsigned char *text, size_t size) {
  if (text[0] >= 0x20 && text[0] < 0x7f) return 1;
  if (text[0] == '\t') return 1;
  size_t length = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
  if (text[0] < 0xc2 || text[0] > 0xf4 || length > size) return 0;
  for (size_t i = 1; i < length; i++) {
    if ((text[i] & 0xc0) != 0x80) return 0;
  }
  bool control = text[0] == 0xc2 && text[1] < 0xa0; /* U+0080 to U+009F */
  return control ? 0 : length;
}

/* Write 'text' to 'line', which has room for it; the end of what was written. */
static char *escape(char *line, const unsigned char *text, size_t size) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < size;) {
    size_t length = printable(text + i, size - i);
    if (length > 0) {
      memcpy(line, text + i, length);
      line += length;
      i += length;
    } else if (text[i] == '\n') {
      memcpy(line, "\n  ", 3);
      line += 3;
      i++;
    } else {
      *line++ = '\\';
      *line++ = 'x';
      *line++ = digits[text[i] >> 4];
      *line++ = digits[text[i] & 15];
      i++;
    }
  }
  return line;
}

void log_init(struct log *self) {
  const char *refused = getenv("NO_COLOR");
  uv_mutex_init(&self->lock);
  kept_log_init(&self->kept);
  self->colourful = isatty(STDERR_FILENO) && (refused == NULL || *refused == '\0');
}

void log_free(struct log *self) {
  uv_mutex_destroy(&self->lock);
  kept_log_free(&self->kept);
}

/* One of the twelve that can be read on black and on white. */
static int colour_of(const char *name) {
  unsigned hash = 2166136261;
  while (*name != '\0') hash = (hash ^ (unsigned char)*name++) * 16777619;
  hash = hash >> 16 ^ hash;
  return (int)(hash % 6 + (hash / 6 % 2 ? 31 : 91));
}

static char *head(char *line, const char *name, enum world_level level, bool colourful) {
  static const char *const marks[] = {
      [WORLD_LOG] = "", [WORLD_WARN] = "warning: ", [WORLD_ERROR] = "error: "};
  struct timespec now;
  struct tm local;
  clock_gettime(CLOCK_REALTIME, &now);
  localtime_r(&now.tv_sec, &local);
  int colour = colourful ? colour_of(name) : 0;
  char begin[16] = "";
  if (colour != 0) snprintf(begin, sizeof begin, "\x1b[%dm", colour);
  int size = snprintf(line, HEAD_SIZE, "%02d:%02d:%02d.%03ld %s%.64s:%s %s", local.tm_hour,
                      local.tm_min, local.tm_sec, now.tv_nsec / 1000000, begin, name,
                      colour != 0 ? "\x1b[0m" : "", marks[level]);
  return line + size;
}

/* May something be written now? False: nothing reads what there is, and the process
** ends. */
static bool wait_for_room(struct log *self) {
  struct pollfd file = {.fd = STDERR_FILENO, .events = POLLOUT};
  int waited = self->unread ? PATIENCE_MS : 0; /* since the end began */
  while (poll(&file, 1, waited < PATIENCE_MS ? LOOK_MS : 0) <= 0) {
    if (waited >= PATIENCE_MS) {
      self->unread = true;
      return false;
    }
    if (atomic_load(&self->ending)) waited += LOOK_MS;
  }
  return true;
}

/* In pieces for which there is room when there is any. */
static void write_all(struct log *self, const char *line, size_t size) {
  while (size > 0 && wait_for_room(self)) {
    ssize_t written = write(STDERR_FILENO, line, size < PIPE_BUF ? size : PIPE_BUF);
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written <= 0) return;
    line += written;
    size -= (size_t)written;
  }
}

/* A line, to be freed, with its end of line; NULL without memory. */
static char *format(const struct log *self, const char *name, enum world_level level,
                    const char *text, size_t size, size_t *length) {
  while (size > 0 && text[size - 1] == '\n') size--;
  size_t shown = size < MAX_TEXT ? size : MAX_TEXT;
  char *line = malloc(2 * HEAD_SIZE + shown * WIDEST);
  if (line == NULL) return NULL;
  char *end = head(line, name, level, self->colourful);
  end = escape(end, (const unsigned char *)text, shown);
  if (shown < size) end += snprintf(end, HEAD_SIZE, " ... (%zu more bytes)", size - shown);
  *end++ = '\n';
  *length = (size_t)(end - line);
  return line;
}

void log_line(struct log *self, const char *name, enum world_level level, const char *text,
              size_t size) {
  size_t length;
  char *line = format(self, name, level, text, size, &length);
  if (line == NULL) return;
  kept_log_add(&self->kept, line, length);
  uv_mutex_lock(&self->lock);
  write_all(self, line, length);
  uv_mutex_unlock(&self->lock);
  free(line);
}

void log_keep(struct log *self, const char *name, const char *text, size_t size) {
  size_t length;
  char *line = format(self, name, WORLD_LOG, text, size, &length);
  if (line != NULL) kept_log_add(&self->kept, line, length);
  free(line);
}

/* No lock, no memory, no time of day, no waiting: the code that was interrupted may
** be in the middle of these. */
void log_signal_safe(const char *name, const char *text) {
  const char *parts[] = {name, ": warning: ", text, "\n"};
  char line[PIPE_BUF];
  size_t size = 0;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    size_t length = strlen(parts[i]);
    if (length > sizeof line - size) return;
    memcpy(line + size, parts[i], length);
    size += length;
  }
  struct pollfd file = {.fd = STDERR_FILENO, .events = POLLOUT};
  if (poll(&file, 1, 0) > 0 && write(STDERR_FILENO, line, size) < 0) return;
}
