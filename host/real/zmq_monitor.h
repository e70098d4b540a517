/*
** zmq_monitor.h - what happens to a socket's connections, as libzmq tells it: on
** an inproc socket of its own.
*/

#ifndef HOST_REAL_ZMQ_MONITOR_H
#define HOST_REAL_ZMQ_MONITOR_H

struct monitor;
struct real_socket;

/* NULL and errno. */
struct monitor *monitor_new(struct real_socket *socket);
/* Before its socket is closed; also from inside the event it told. */
void monitor_close(struct monitor *self);

#endif
