/*
** ipc_lock.h - the right to bind to a path.
**
** libzmq deletes whatever is in the place it binds to, be it a living socket or
** an unrelated file. A locked file beside the path says that it is in use: the
** system drops the lock with its holder, however that ends, so a path that was
** left behind is taken over.
*/

#ifndef HOST_REAL_IPC_LOCK_H
#define HOST_REAL_IPC_LOCK_H

#include "host/core/list.h"

struct ipc_lock;

/* Before binding to 'endpoint'. 'lock' becomes NULL if the endpoint is no path.
** 0, or -1 and errno: EADDRINUSE the path is alive, EEXIST it is no socket. */
int ipc_lock_take(const char *endpoint, struct ipc_lock **lock);

/* After binding: it belongs to a list of locks. */
void ipc_lock_keep(struct ipc_lock *self, struct list *locks);

/* After unbinding, or if binding failed: the path and the lock are gone. */
void ipc_lock_release(struct ipc_lock *self);
void ipc_lock_release_from(struct list *locks, const char *endpoint);
void ipc_lock_release_all(struct list *locks);

#endif
