/*
** resolve.c - see resolve.h.
*/

#include "host/real/os/resolve.h"

#include <stddef.h>

#include <netdb.h>
#include <sys/socket.h>

const char *resolve_check(const char *host, bool ipv6) {
  struct addrinfo hints = {.ai_family = ipv6 ? AF_UNSPEC : AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  int status = getaddrinfo(host, NULL, &hints, &found);
  if (status != 0) return gai_strerror(status);
  freeaddrinfo(found);
  return NULL;
}
