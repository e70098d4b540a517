/*
** sim_state.c - see sim_state.h.
*/

#include "host/sim/sim_state.h"

#include <string.h>

static char *append(char *place, const void *data, size_t size) {
  if (size > 0) memcpy(place, data, size);
  return place + size;
}

void sim_state_log(struct sim *self, enum sim_event_kind kind, int node, const void *data,
                   size_t size, const void *more, size_t more_size) {
  int64_t now = self->network.now;
  run_log_mix_head(&self->log, now, kind, node);
  run_log_mix_bytes(&self->log, data, size);
  run_log_mix_bytes(&self->log, more, more_size);
  self->progress = self->counts.runs;
  if (!self->options.keep[kind]) return;
  char *place = run_log_append(&self->log, now, kind, node, size + more_size);
  if (place != NULL) append(append(place, data, size), more, more_size);
}

void sim_state_log_message(struct network *network, enum network_event event, int host, int peer,
                           const struct network_label *label, struct message *message) {
  static const enum sim_event_kind kinds[] = {[NETWORK_SENT] = SIM_SENT,
                                              [NETWORK_DELIVERED] = SIM_DELIVERED,
                                              [NETWORK_DROPPED] = SIM_DROPPED};
  struct sim *self = sim_state_of(network);
  struct sim_message about = {.id = message->id,
                              .peer = peer,
                              .socket = label != NULL ? label->number : 0,
                              .type = label != NULL ? label->type : -1,
                              .count = message->count};
  run_log_mix_head(&self->log, network->now, kinds[event], host);
  run_log_mix(&self->log, about.id << 16 ^ (uint64_t)(uint32_t)about.socket);
  size_t total = sizeof about;
  for (int i = 0; i < message->count; i++) {
    size_t size = zmq_msg_size(&message->frame[i]);
    total += sizeof(uint32_t) + size;
    if (event == NETWORK_SENT) {
      run_log_mix_bytes(&self->log, zmq_msg_data(&message->frame[i]), size);
    }
  }
  if (!self->options.keep[kinds[event]]) return;
  char *place = run_log_append(&self->log, network->now, kinds[event], host, total);
  if (place == NULL) return;
  place = append(place, &about, sizeof about);
  for (int i = 0; i < message->count; i++) {
    uint32_t size = (uint32_t)zmq_msg_size(&message->frame[i]);
    place = append(place, &size, sizeof size);
    place = append(place, zmq_msg_data(&message->frame[i]), size);
  }
}
