/*
** control_channel_ask.c - see control_channel.h: the asking side, which is another process and
** has no loop.
*/

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "host/real/os/control_channel.h"

enum { MAX_ANSWER = 256 << 20, STALE_S = 2 };

/* The backlog of a node that is blocked can be full: connecting
** waits like sending does. */
static int connect_to(const char *path, int timeout_ms) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address.sun_path, path);
  int flags = timeout_ms == 0 ? SOCK_NONBLOCK : 0;
  int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (file < 0) return -1;
  struct timeval limit = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
  setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(file, (struct sockaddr *)&address, sizeof address) == 0) return file;
  int reason = errno == EAGAIN ? ETIMEDOUT : errno;
  close(file);
  errno = reason;
  return -1;
}

/* Is the other side a process of this user? Only root may ask others'. */
static bool is_trusted(int file) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (geteuid() == 0) return true;
  return getsockopt(file, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

/* Without a listener. The file is removed if it is this user's, and old enough not to
** be of a process that is about to listen. */
static void remove_stale(const char *path) {
  struct stat info;
  if (lstat(path, &info) == 0 && S_ISSOCK(info.st_mode) && info.st_uid == geteuid() &&
      time(NULL) - info.st_mtime > STALE_S) {
    unlink(path);
  }
}

static int write_all(int file, const void *bytes, size_t size) {
  const char *next = bytes;
  while (size > 0) {
    ssize_t count = send(file, next, size, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) errno = ETIMEDOUT;
    if (count < 0) return -1;
    next += count;
    size -= (size_t)count;
  }
  return 0;
}

static int read_all(int file, void *bytes, size_t size, int timeout_ms) {
  char *next = bytes;
  while (size > 0) {
    struct pollfd poller = {.fd = file, .events = POLLIN};
    int ready = poll(&poller, 1, timeout_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) errno = ETIMEDOUT;
    if (ready <= 0) return -1;
    ssize_t count = read(file, next, size);
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) errno = ECONNRESET;
    if (count <= 0) return -1;
    next += count;
    size -= (size_t)count;
  }
  return 0;
}

static int read_answer(int file, int timeout_ms, char **answer, size_t *answer_size) {
  uint32_t length;
  if (read_all(file, &length, sizeof length, timeout_ms) != 0) return -1;
  if (length > MAX_ANSWER) {
    errno = EMSGSIZE;
    return -1;
  }
  *answer = malloc(length + 1);
  if (*answer == NULL) return -1;
  *answer_size = length;
  if (read_all(file, *answer, length, timeout_ms) == 0) return 0;
  free(*answer);
  return -1;
}

/* Connected to a process of this user, which gets these bytes: a descriptor, or -1 and errno. */
static int send_request(const char *path, const char *bytes, size_t size, int timeout_ms) {
  uint32_t length = (uint32_t)size;
  int file = connect_to(path, timeout_ms > 0 ? timeout_ms : 1);
  int reason = errno;
  if (file < 0) {
    if (reason == ECONNREFUSED) remove_stale(path);
  } else if (!is_trusted(file)) {
    reason = EPERM;
  } else if (write_all(file, &length, sizeof length) == 0 && write_all(file, bytes, size) == 0) {
    return file;
  } else {
    reason = errno;
  }
  if (file >= 0) close(file);
  errno = reason;
  return -1;
}

bool control_channel_is_alive(const char *path) {
  int file = connect_to(path, 0);
  if (file >= 0) close(file);
  return file >= 0 || (errno != ECONNREFUSED && errno != ENOENT);
}

long control_channel_owner(const char *path) {
  struct ucred peer = {0};
  socklen_t size = sizeof peer;
  int file = connect_to(path, 0);
  if (file < 0) return 0;
  bool known = getsockopt(file, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  close(file);
  return known ? (long)peer.pid : 0;
}

int control_channel_ask(const char *path, const char *bytes, size_t size, int timeout_ms,
                        char **answer, size_t *answer_size) {
  int file = send_request(path, bytes, size, timeout_ms);
  if (file < 0) return -1;
  int status = read_answer(file, timeout_ms, answer, answer_size);
  int reason = errno;
  close(file);
  errno = reason;
  return status;
}

int control_channel_open(const char *path, const char *request, int timeout_ms) {
  return send_request(path, request, strlen(request), timeout_ms);
}
