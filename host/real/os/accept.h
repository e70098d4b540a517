/*
** accept.h - accept4 as libzmq's threads see it: it never runs into the limit of
** descriptors, where libzmq aborts (ipc) or spins (tcp).
**
** While too few descriptors are left, a connection is accepted and closed at once:
** ECONNABORTED. Its peer tries again, and is served once there is room.
*/

#ifndef HOST_REAL_OS_ACCEPT_H
#define HOST_REAL_OS_ACCEPT_H

/* This thread is not libzmq's: its accept4 is the system's. */
void accept_is_ours(void);

#endif
