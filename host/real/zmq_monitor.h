/*
** zmq_monitor.h - what happens to a socket's connections, as libzmq reports it: on
** an inproc socket of its own.
*/

#ifndef HOST_REAL_ZMQ_MONITOR_H
#define HOST_REAL_ZMQ_MONITOR_H

struct world_socket;
struct zmq_monitor;

/* Report the connections of this socket, whose handle libzmq knows, to its node. NULL
** and errno. */
struct zmq_monitor *zmq_monitor_new(struct world_socket *socket, void *handle);
/* Before its socket is closed; also from inside the event it reports. */
void zmq_monitor_close(struct zmq_monitor *self);

#endif
