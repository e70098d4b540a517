/*
** resolve.h - does a host's name resolve to an address? Asks the system, and waits.
*/

#ifndef HOST_REAL_OS_RESOLVE_H
#define HOST_REAL_OS_RESOLVE_H

#include <stdbool.h>

/* NULL when it does; else the system's reason. With 'ipv6' addresses of either family
** count, as for a socket with that option. */
const char *resolve_check(const char *host, bool ipv6);

#endif
