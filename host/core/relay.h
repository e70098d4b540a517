/*
** relay.h - two sockets whose messages are copied to each other.
**
** What comes in at one goes out at the other, whole and unchanged, without any
** script. When there is no room on one side, the other side is not read: queues
** fill where they should. A capture socket gets a copy of everything; when it
** has no room the copy is dropped and counted, and nothing is delayed. There may
** be several; they come and go while the relay runs.
*/

#ifndef HOST_CORE_RELAY_H
#define HOST_CORE_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "host/core/socket.h"

struct relay;

enum { RELAY_CAPTURES = 8 }; /* at most */

struct relay_counts {
  uint64_t forward;    /* messages from front to back */
  uint64_t backward;   /* from back to front */
  uint64_t dropped;    /* for a peer that a ROUTER does not know, or that does not read */
  uint64_t uncaptured; /* copies that a capture socket had no room for */
};

/* Join two sockets, which may be open or not. From now on the relay is their
** user. NULL when memory is short. */
struct relay *relay_new(struct socket *front, struct socket *back);

/* Give the sockets back to their former users. */
void relay_free(struct relay *self);

/* Begin, or go on; stop reading for a while. A new relay is paused. */
void relay_resume(struct relay *self);
void relay_pause(struct relay *self);

/* From now on this socket, which stays its user's, gets a copy of each message.
** -1 and ENOSPC when there are as many as there may be, or ENOMEM. */
int relay_capture(struct relay *self, struct socket *capture);

/* No longer. How many copies it had no room for; 0 also when it was none. */
uint64_t relay_release(struct relay *self, struct socket *capture);

struct relay_counts relay_counts(const struct relay *self);

#endif
