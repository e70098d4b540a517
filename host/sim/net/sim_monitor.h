/*
** sim_monitor.h - tells a node what happened to the connections of its sockets,
** later: never from inside a call the node made.
*/

#ifndef HOST_SIM_NET_SIM_MONITOR_H
#define HOST_SIM_NET_SIM_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

struct sim_socket;

/* 'name' must be a constant; 'endpoint' is copied. Nothing happens if the socket
** is NULL or not monitored. */
void monitor_event(struct sim_socket *socket, const char *name, const char *endpoint,
                   int64_t detail);
/* Tell of the first event that was noted; false if there is none. The socket may
** be closed when this returns. */
bool monitor_tell(struct sim_socket *socket);
void monitor_free(struct sim_socket *socket);

#endif
