/*
** guest_loop.h - another libuv loop that runs within a node's turns: that of a library
** such as luv.
**
** Its descriptor is watched on the thread's loop, and its next timer is one of the
** thread's. So what happens on it gives the node a turn, and its callbacks are called
** there; when the node is gone, so is the loop, and nothing of it is left behind.
*/

#ifndef HOST_REAL_GUEST_LOOP_H
#define HOST_REAL_GUEST_LOOP_H

struct guest_loop;

/* Let go of the loop; NULL is allowed. */
void guest_loop_free(struct guest_loop *self);

#endif
