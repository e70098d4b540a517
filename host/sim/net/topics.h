/*
** topics.h - a sorted set of prefixes: what is subscribed to, how often, and by
** which pipes.
**
** In byte order, a prefix before what it begins: the order in which libzmq walks
** its tries, which a script can see. Knows nothing of sockets.
*/

#ifndef HOST_SIM_NET_TOPICS_H
#define HOST_SIM_NET_TOPICS_H

#include <stdbool.h>
#include <stddef.h>

struct pipe;

struct topic {
  unsigned char *data;
  size_t size;
  int count;          /* for a subscriber: subscriptions */
  struct pipe **pipe; /* for a publisher: the subscribers */
  int pipes, room;
};

struct topics {
  struct topic *item;
  int count, room;
  size_t longest; /* an upper bound: topics are removed */
};

void topics_free(struct topics *self);

/* This topic, or NULL. */
struct topic *topics_find(struct topics *self, const void *data, size_t size);
/* This topic, new if need be; NULL and ENOMEM. */
struct topic *topics_add(struct topics *self, const void *data, size_t size);
void topics_remove(struct topics *self, struct topic *topic);

/* Add a pipe to a topic's: 1 if it is the first, 0 if not, -1 and ENOMEM. */
int topic_add_pipe(struct topic *self, struct pipe *pipe);
/* Whether it was among them. */
bool topic_remove_pipe(struct topic *self, struct pipe *pipe);

/* Call for each topic that the data begin with; stops when it returns false. */
void topics_match(struct topics *self, const void *data, size_t size,
                  bool (*visit)(void *arg, struct topic *topic), void *arg);

#endif
