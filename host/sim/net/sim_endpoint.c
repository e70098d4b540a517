/*
** sim_endpoint.c - see sim_endpoint.h.
*/

#include "host/sim/net/sim_endpoint.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_PATH = 107 };

static int refuse(int reason) {
  errno = reason;
  return -1;
}

static bool is_loopback(const char *place) {
  return strcmp(place, "localhost") == 0 || strncmp(place, "127.", 4) == 0 ||
         strcmp(place, "lo") == 0 || strcmp(place, "0.0.0.0") == 0;
}

/* Which address a bind to this place is to; NULL and errno. */
static const char *bound_place(const char *place, const struct sim_host *host) {
  if (strcmp(place, "*") == 0) return "0.0.0.0";
  if (strcmp(place, "lo") == 0) return "127.0.0.1";
  if (strcmp(place, "0.0.0.0") == 0 || strncmp(place, "127.", 4) == 0) return place;
  if (host->machine != NULL && strcmp(place, host->machine) == 0) return place;
  bool numeric = place[0] != 0 && strspn(place, "0123456789.") == strlen(place);
  errno = numeric ? EADDRNOTAVAIL : ENODEV;
  return NULL;
}

static int parse_bind(const char *text, const char *colon, const struct sim_host *host,
                      struct sim_endpoint *address) {
  const char *text_of_port = colon + 1;
  uint16_t port = (uint16_t)atoi(text_of_port); /* libzmq too cuts it to 16 bits first */
  bool chosen = text_of_port[0] == '*' || strcmp(text_of_port, "0") == 0;
  if (port == 0 && !chosen) return refuse(EINVAL);
  char place[WORLD_ENDPOINT_SIZE];
  snprintf(place, sizeof place, "%.*s", (int)(colon - text), text);
  if (strchr(place, ';') != NULL) return refuse(EINVAL);
  const char *bound = bound_place(place, host);
  if (bound == NULL) return -1;
  snprintf(address->place, sizeof address->place, "%s", bound);
  address->port = port;
  return 0;
}

static int parse_connect(const char *text, const char *colon, struct sim_endpoint *address) {
  const char *after = text;
  if (isalnum((unsigned char)*after) || *after == '[' || *after == ':') {
    while (isalnum((unsigned char)*after) || (*after != 0 && strchr(".-:%;[]_*", *after))) after++;
  }
  if (*after != 0 || !isdigit((unsigned char)colon[1])) return refuse(EINVAL);
  const char *source = strchr(text, ';'); /* "from;to" */
  if (source != NULL && source < colon) text = source + 1;
  snprintf(address->place, sizeof address->place, "%.*s", (int)(colon - text), text);
  address->port = (uint16_t)atoi(colon + 1);
  return 0;
}

static int parse_tcp(const char *text, bool for_bind, const struct sim_host *host,
                     struct sim_endpoint *address) {
  const char *colon = strrchr(text, ':');
  if (colon == NULL || colon[1] == 0) return refuse(EINVAL);
  return for_bind ? parse_bind(text, colon, host, address) : parse_connect(text, colon, address);
}

int sim_endpoint_parse(const char *endpoint, bool for_bind, const struct sim_host *host,
                       struct sim_endpoint *address) {
  static const struct {
    const char *scheme;
    enum transport transport;
  } transports[] = {{"tcp", TRANSPORT_TCP}, {"ipc", TRANSPORT_IPC}, {"inproc", TRANSPORT_INPROC}};
  const char *slashes = strstr(endpoint, "://");
  if (slashes == NULL || slashes[3] == 0) return refuse(EINVAL);
  if (strlen(endpoint) >= WORLD_ENDPOINT_SIZE) return refuse(EINVAL);
  size_t length = (size_t)(slashes - endpoint);
  const char *rest = slashes + 3;
  for (size_t i = 0; i < sizeof transports / sizeof *transports; i++) {
    if (strlen(transports[i].scheme) != length ||
        strncmp(endpoint, transports[i].scheme, length) != 0) {
      continue;
    }
    *address = (struct sim_endpoint){.transport = transports[i].transport};
    if (address->transport == TRANSPORT_TCP) return parse_tcp(rest, for_bind, host, address);
    if (address->transport == TRANSPORT_IPC && strlen(rest) > LONGEST_PATH) {
      return refuse(ENAMETOOLONG);
    }
    snprintf(address->place, sizeof address->place, "%s", rest);
    return 0;
  }
  return refuse(EPROTONOSUPPORT);
}

bool sim_endpoint_reaches(const struct sim_endpoint *wanted, const struct sim_host *from,
                          const struct sim_endpoint *bound, const struct sim_host *owner) {
  if (wanted->transport != bound->transport) return false;
  bool same_host = sim_host_is_same_machine(from, owner);
  if (wanted->transport != TRANSPORT_TCP) {
    return same_host && strcmp(wanted->place, bound->place) == 0;
  }
  if (wanted->port != bound->port) return false;
  if (is_loopback(wanted->place)) return same_host;
  bool named = owner->machine != NULL && strcmp(wanted->place, owner->machine) == 0;
  return named && (same_host || strncmp(bound->place, "127.", 4) != 0);
}

bool sim_endpoint_conflicts(const struct sim_endpoint *a, const struct sim_endpoint *b) {
  if (a->transport != b->transport) return false;
  if (a->transport != TRANSPORT_TCP) return strcmp(a->place, b->place) == 0;
  if (a->port != b->port) return false;
  return strcmp(a->place, b->place) == 0 || strcmp(a->place, "0.0.0.0") == 0 ||
         strcmp(b->place, "0.0.0.0") == 0;
}
