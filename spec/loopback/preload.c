/*
** preload.c - for LD_PRELOAD: gives the programs of one example a loopback address of their own,
** so that examples with the same fixed ports run side by side.
**
** LOOPBACK  the address, as 127.1.2.3
**
** What binds to or connects to the loopback interface, or binds to all, does so at that address,
** and at a port that is SHIFT higher, if it is a fixed one: then no node that the machine runs by
** itself is met. What sockets say of themselves is as the program asked for it.
*/

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { SHIFT = 11000, FIRST = 1024, LAST = 20000, MAX_FILES = 4096 };

static bool binds_all[MAX_FILES]; /* by descriptor: bound to all interfaces */

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

static bool own_address(struct in_addr *address) {
  const char *text = getenv("LOOPBACK");
  return text != NULL && inet_pton(AF_INET, text, address) == 1;
}

/* The address to use in place of this one, in `changed`; false: this one. */
static bool change(const struct sockaddr *given, socklen_t size, struct sockaddr_in *changed) {
  if (given == NULL || size < sizeof *changed || given->sa_family != AF_INET) return false;
  memcpy(changed, given, sizeof *changed);
  in_addr_t host = ntohl(changed->sin_addr.s_addr);
  if (host != INADDR_ANY && host != INADDR_LOOPBACK) return false;
  if (!own_address(&changed->sin_addr)) return false;
  in_port_t port = ntohs(changed->sin_port);
  if (port >= FIRST && port <= LAST) changed->sin_port = htons((in_port_t)(port + SHIFT));
  return true;
}

int bind(int file, const struct sockaddr *given, socklen_t size) {
  struct sockaddr_in changed;
  if (!change(given, size, &changed)) return REAL(bind)(file, given, size);
  if (file >= 0 && file < MAX_FILES) {
    binds_all[file] = ((const struct sockaddr_in *)given)->sin_addr.s_addr == htonl(INADDR_ANY);
  }
  return REAL(bind)(file, (struct sockaddr *)&changed, sizeof changed);
}

int connect(int file, const struct sockaddr *given, socklen_t size) {
  struct sockaddr_in changed;
  if (!change(given, size, &changed)) return REAL(connect)(file, given, size);
  return REAL(connect)(file, (struct sockaddr *)&changed, sizeof changed);
}

static void restore(struct sockaddr *address, bool all) {
  struct in_addr own;
  struct sockaddr_in *found = (struct sockaddr_in *)address;
  if (address->sa_family != AF_INET || !own_address(&own)) return;
  if (found->sin_addr.s_addr != own.s_addr) return;
  in_port_t port = ntohs(found->sin_port);
  found->sin_addr.s_addr = htonl(all ? INADDR_ANY : INADDR_LOOPBACK);
  if (port >= FIRST + SHIFT && port <= LAST + SHIFT)
    found->sin_port = htons((in_port_t)(port - SHIFT));
}

int getsockname(int file, struct sockaddr *restrict address, socklen_t *restrict size) {
  int status = REAL(getsockname)(file, address, size);
  if (status == 0) restore(address, file >= 0 && file < MAX_FILES && binds_all[file]);
  return status;
}

int getpeername(int file, struct sockaddr *restrict address, socklen_t *restrict size) {
  int status = REAL(getpeername)(file, address, size);
  if (status == 0) restore(address, false);
  return status;
}
