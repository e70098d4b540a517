/*
** service_manager.c - see service_manager.h.
*/

#include "host/real/os/service_manager.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Where it is told; NULL when there is none. */
static const char *socket_path(void) {
  const char *path = getenv("NOTIFY_SOCKET");
  return path != NULL && path[0] != '\0' ? path : NULL;
}

bool service_manager_is_there(void) {
  return socket_path() != NULL;
}

int service_manager_notify(const char *state) {
  const char *path = socket_path();
  if (path == NULL) return 0;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0'; /* no file, but a name of Linux's own */
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  ssize_t sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
  int failed = errno;
  close(fd);
  errno = failed;
  return sent < 0 ? -1 : 0;
}
