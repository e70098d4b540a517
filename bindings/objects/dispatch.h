/*
** dispatch.h - how messages and connection events of a socket reach a script.
*/

#ifndef BINDINGS_OBJECTS_DISPATCH_H
#define BINDINGS_OBJECTS_DISPATCH_H

#include "bindings/task/script_state.h"
#include "host/core/socket.h"

/* What the host calls for a lua_socket, and what the tasks of its handler report to. */
extern const struct socket_user dispatch_user;
extern const struct task_source dispatch_source;

#endif
