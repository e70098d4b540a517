/*
** control_channel.c - see control_channel.h: the listening side. A request and an answer are a
** length of four bytes and what it counts.
*/

#include "host/real/os/control_channel.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/core/list.h"
#include "host/real/os/kept_log.h"
#include "host/real/os/log_stream.h"

enum { MAX_REQUEST = 1 << 20, MAX_WAITING = 16 };

struct control_channel {
  uv_pipe_t listener;
  uv_async_t logged; /* there are lines for those who read the log */
  struct kept_log *log;
  int handles;          /* still to be closed */
  struct list requests; /* under way */
  void (*asked)(void *arg, struct control_request *request, const char *bytes, size_t size);
  void *arg;
  char path[CONTROL_PATH_SIZE];
  char link[CONTROL_PATH_SIZE]; /* to a socket outside the folder, by which it is found; or "" */
};

struct control_request {
  uv_pipe_t pipe;
  uv_write_t write;
  struct log_stream lines;         /* that it asked for */
  struct control_channel *control; /* NULL once that is gone */
  struct list link;
  char *bytes; /* the request, then the answer, each with its length before it */
  size_t size, room;
  bool closing;
};

/* ---- one request ---- */

static void request_closed(uv_handle_t *handle) {
  struct control_request *request = handle->data;
  list_remove(&request->link);
  free(request->bytes);
  free(request);
}

static void request_close(struct control_request *request) {
  if (request->closing) return;
  request->closing = true;
  uv_close((uv_handle_t *)&request->pipe, request_closed);
}

static void written(uv_write_t *write, int status) {
  (void)status; /* the asking process has gone: there is nothing to do */
  request_close(write->data);
}

void control_channel_answer(struct control_request *request, const char *bytes, size_t size) {
  uint32_t length = (uint32_t)size;
  char *answer = request->closing ? NULL : malloc(sizeof length + size);
  if (answer == NULL) {
    request_close(request);
    return;
  }
  memcpy(answer, &length, sizeof length);
  memcpy(answer + sizeof length, bytes, size);
  free(request->bytes);
  request->bytes = answer;
  uv_buf_t buffer = uv_buf_init(answer, (unsigned)(sizeof length + size));
  request->write.data = request;
  if (uv_write(&request->write, (uv_stream_t *)&request->pipe, &buffer, 1, written) != 0) {
    request_close(request);
  }
}

static void all_sent(struct log_stream *lines) {
  request_close(list_entry(lines, struct control_request, lines));
}

/* Was it for the log? Then lines are on their way. */
static bool send_log(struct control_request *request, const char *bytes, size_t size) {
  bool follows = size == strlen(CONTROL_FOLLOW_LOG) && memcmp(bytes, CONTROL_FOLLOW_LOG, size) == 0;
  if (!follows && (size != strlen(CONTROL_LOG) || memcmp(bytes, CONTROL_LOG, size) != 0)) {
    return false;
  }
  request->size = 0; /* what it still sends is its end */
  log_stream_begin(&request->lines, request->control->log, (uv_stream_t *)&request->pipe, follows,
                   all_sent);
  return true;
}

static void logged(uv_async_t *async) {
  struct control_channel *self = async->data;
  struct list *next;
  for (struct list *link = self->requests.next; link != &self->requests; link = next) {
    next = link->next;
    struct control_request *request = list_entry(link, struct control_request, link);
    if (request->lines.log != NULL && !request->closing) log_stream_send(&request->lines);
  }
}

/* In any thread. */
static void added(void *arg) {
  uv_async_send(arg);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
  (void)suggested;
  struct control_request *request = handle->data;
  if (request->room - request->size < 4096) {
    char *grown = realloc(request->bytes, request->room * 2 + 8192);
    if (grown != NULL) {
      request->bytes = grown;
      request->room = request->room * 2 + 8192;
    }
  }
  *buffer = uv_buf_init(request->bytes + request->size, (unsigned)(request->room - request->size));
}

static void arrived(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
  (void)buffer;
  struct control_request *request = stream->data;
  uint32_t length;
  if (count > 0) request->size += (size_t)count;
  if (count < 0 || request->control == NULL || request->lines.log != NULL) {
    if (count != 0) request_close(request);
    return;
  }
  if (request->size < sizeof length) return;
  memcpy(&length, request->bytes, sizeof length);
  if (length > MAX_REQUEST) {
    request_close(request);
  } else if (request->size >= sizeof length + length &&
             !send_log(request, request->bytes + sizeof length, length)) {
    uv_read_stop(stream); /* there is one request a connection, and its bytes stay where they are */
    struct control_channel *control = request->control;
    control->asked(control->arg, request, request->bytes + sizeof length, length);
  }
}

static void connected(uv_stream_t *listener, int status) {
  struct control_channel *self = listener->data;
  struct control_request *request = status == 0 ? calloc(1, sizeof *request) : NULL;
  if (request == NULL) return;
  request->control = self;
  request->pipe.data = request;
  list_init(&request->link);
  uv_pipe_init(listener->loop, &request->pipe, 0);
  list_append(&self->requests, &request->link);
  if (uv_accept(listener, (uv_stream_t *)&request->pipe) != 0 ||
      uv_read_start((uv_stream_t *)&request->pipe, give_room, arrived) != 0) {
    request_close(request);
  }
}

/* ---- listening ---- */

/* Remove a socket that no process listens to any more. */
static bool clear_stale(const char *path) {
  return !control_channel_is_alive(path) && unlink(path) == 0;
}

static int listen_at(struct control_channel *self, const char *path) {
  struct stat info;
  int status = uv_pipe_bind(&self->listener, path);
  if (status == UV_EADDRINUSE && lstat(path, &info) == 0 && S_ISSOCK(info.st_mode) &&
      clear_stale(path)) {
    status = uv_pipe_bind(&self->listener, path);
  }
  if (status != 0) return status;
  chmod(path, 0600);
  return uv_listen((uv_stream_t *)&self->listener, MAX_WAITING, connected);
}

/* A name as a file's: a slash would be a folder. */
static bool put_path(char *path, const char *folder, const char *name, long number, char *reason) {
  char suffix[32] = "";
  if (number != 0) snprintf(suffix, sizeof suffix, ".%ld", number);
  int length = snprintf(path, CONTROL_PATH_SIZE, "%s/%s%s.sock", folder, name, suffix);
  if (length >= CONTROL_PATH_SIZE) {
    snprintf(reason, CONTROL_REASON_SIZE,
             "%s/%s%s.sock is %d bytes long, at most %d work: set --control=PATH or --name", folder,
             name, suffix, length, CONTROL_PATH_SIZE - 1);
    return false;
  }
  for (char *c = path + strlen(folder) + 1; *c != '\0'; c++) {
    if (*c == '/') *c = '.';
  }
  return true;
}

static int explain(int status, const char *path, char *reason) {
  if (status == UV_EADDRINUSE) {
    snprintf(reason, CONTROL_REASON_SIZE, "%s is in use", path);
  } else if (status == UV_EACCES && access(path, F_OK) != 0 && errno == ENOENT) {
    snprintf(reason, CONTROL_REASON_SIZE, "%s: there is no such folder, or it is not writable",
             path); /* which libuv does not tell apart */
  } else if (status != 0) {
    snprintf(reason, CONTROL_REASON_SIZE, "%s: %s", path, strerror(-status));
  }
  return status;
}

static int listen_by_name(struct control_channel *self, const char *name, char *reason) {
  char folder[CONTROL_PATH_SIZE];
  if (!control_folder_path(folder, reason) || !control_folder_make(folder, reason) ||
      !put_path(self->path, folder, name, 0, reason)) {
    return -1;
  }
  int status = listen_at(self, self->path);
  if (status != UV_EADDRINUSE) return explain(status, self->path, reason);
  long owner = control_channel_owner(self->path), own = (long)getpid();
  if (!put_path(self->path, folder, name, own, reason)) return -1;
  status = explain(listen_at(self, self->path), self->path, reason);
  if (status == 0) {
    snprintf(reason, CONTROL_REASON_SIZE,
             "'%.64s' is process %ld; 'sloop ctl' knows this one as %.64s.%ld", name, owner, name,
             own);
  }
  return status;
}

static int listen_by_path(struct control_channel *self, const char *path, char *reason) {
  if (strlen(path) >= sizeof self->path) {
    snprintf(reason, CONTROL_REASON_SIZE, "%.300s is %zu bytes long, at most %d work", path,
             strlen(path), CONTROL_PATH_SIZE - 1);
    return -1;
  }
  strcpy(self->path, path);
  return explain(listen_at(self, path), path, reason);
}

/* Link 'path' to the socket: true unless a living process has the name. */
static bool link_at(const char *path, const char *target) {
  struct stat info;
  if (symlink(target, path) == 0) return true;
  if (errno != EEXIST || lstat(path, &info) != 0 || !S_ISLNK(info.st_mode)) return false;
  return clear_stale(path) && symlink(target, path) == 0;
}

/* Have a socket elsewhere found by its name, too. Without the link it works as well. */
static void link_by_name(struct control_channel *self, const char *name) {
  char folder[CONTROL_PATH_SIZE], reason[CONTROL_REASON_SIZE];
  char *target = realpath(self->path, NULL);
  bool linked = false;
  if (target != NULL && control_folder_path(folder, reason) &&
      control_folder_make(folder, reason)) {
    linked =
        (put_path(self->link, folder, name, 0, reason) && link_at(self->link, target)) ||
        (put_path(self->link, folder, name, (long)getpid(), reason) && link_at(self->link, target));
  }
  if (!linked) *self->link = '\0';
  free(target);
}

static void handle_closed(uv_handle_t *handle) {
  struct control_channel *self = handle->data;
  if (--self->handles == 0) free(self);
}

static void close_handles(struct control_channel *self) {
  kept_log_watch(self->log, NULL, NULL);
  uv_close((uv_handle_t *)&self->logged, handle_closed);
  uv_close((uv_handle_t *)&self->listener, handle_closed);
}

struct control_channel *control_channel_new(
    uv_loop_t *loop, struct kept_log *log, const char *path, const char *name,
    void (*asked)(void *arg, struct control_request *request, const char *bytes, size_t size),
    void *arg, char *reason) {
  struct control_channel *self = calloc(1, sizeof *self);
  if (self == NULL) {
    snprintf(reason, CONTROL_REASON_SIZE, "not enough memory");
    return NULL;
  }
  *reason = '\0';
  self->asked = asked;
  self->arg = arg;
  list_init(&self->requests);
  if (uv_async_init(loop, &self->logged, logged) != 0) {
    snprintf(reason, CONTROL_REASON_SIZE, "%s", strerror(errno));
    free(self);
    return NULL;
  }
  uv_unref((uv_handle_t *)&self->logged);
  uv_pipe_init(loop, &self->listener, 0);
  self->listener.data = self->logged.data = self;
  self->handles = 2;
  self->log = log;
  kept_log_watch(log, added, &self->logged);
  int status =
      path == NULL ? listen_by_name(self, name, reason) : listen_by_path(self, path, reason);
  if (status == 0) {
    if (path != NULL) link_by_name(self, name);
    uv_unref((uv_handle_t *)&self->listener);
    return self;
  }
  close_handles(self);
  return NULL;
}

void control_channel_free(struct control_channel *self) {
  if (self == NULL) return;
  if (*self->link != '\0') unlink(self->link);
  struct list *link;
  while ((link = list_shift(&self->requests)) != NULL) {
    struct control_request *request = list_entry(link, struct control_request, link);
    request->control = NULL;
    if (request->lines.log != NULL && !request->closing) log_stream_flush(&request->lines);
    request_close(request);
  }
  close_handles(self);
}
