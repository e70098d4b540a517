/*
** run_log.h - what happened, in order: a hash over everything, and the events
** that somebody wants to look at.
*/

#ifndef HOST_SIM_BASE_RUN_LOG_H
#define HOST_SIM_BASE_RUN_LOG_H

#include "host/sim/net/message.h"
#include "host/sim/sim_world.h"

struct history {
  uint64_t hash;
  char *bytes; /* records, each padded to eight bytes */
  size_t size, room;
  bool keep[SIM_EVENT_KINDS];
  bool lost; /* no memory for some */
};

void history_init(struct history *self, const bool *keep, uint64_t seed);
void history_free(struct history *self);

/* An event whose data are two pieces, one behind the other. */
void history_add(struct history *self, int64_t time, enum sim_event_kind kind, int node,
                 const void *data, size_t size, const void *more, size_t more_size);
void history_fault(struct history *self, int64_t time, enum sim_event_kind kind,
                   const struct sim_fault *fault);
/* An event of a message. */
void history_message(struct history *self, int64_t time, enum sim_event_kind kind, int node,
                     const struct sim_message *about, struct message *message);
bool history_next(const struct history *self, size_t *place, struct sim_event *event);

#endif
