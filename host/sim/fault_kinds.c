/*
** fault_kinds.c - see fault_kinds.h.
*/

#include "host/sim/fault_kinds.h"

#include <string.h>

enum { MS = 1000, SECOND = 1000 * MS };

static const struct fault_kind kinds[SIM_FAULT_KINDS] = {
    [SIM_DELAY] = {"delay", {500 * MS, 10 * SECOND}, {SECOND, 10 * SECOND}, {MS, 200 * MS}},
    [SIM_CUT] = {"cut", {200 * MS, 10 * SECOND}, {0, 0}, {0, 0}},
    [SIM_HALF_OPEN] = {"half_open", {2 * SECOND, 20 * SECOND}, {SECOND, 20 * SECOND}, {0, 0}},
    [SIM_PARTITION] = {"partition", {SECOND, 15 * SECOND}, {100 * MS, 10 * SECOND}, {0, 0}},
    [SIM_ONE_WAY] = {"one_way", {SECOND, 15 * SECOND}, {100 * MS, 10 * SECOND}, {0, 0}},
    [SIM_PAUSE] = {"pause", {SECOND, 15 * SECOND}, {10 * MS, 6 * SECOND}, {0, 0}},
    [SIM_CRASH] = {"crash", {SECOND, 15 * SECOND}, {10 * MS, 6 * SECOND}, {0, 0}},
    [SIM_SLOW] = {"slow", {SECOND, 15 * SECOND}, {SECOND, 10 * SECOND}, {2, 500}},
    [SIM_RATE] = {"rate", {2 * SECOND, 20 * SECOND}, {SECOND, 20 * SECOND}, {-50000, 50000}},
    [SIM_STEP] = {"step",
                  {SECOND, 15 * SECOND},
                  {100 * MS, 20 * SECOND},
                  {INT64_C(-3600) * SECOND, INT64_C(3600) * SECOND}},
    [SIM_DEATH] = {"death", {0, 0}, {0, 0}, {1, 1}},
    [SIM_LATE] = {"late", {0, 0}, {100 * MS, 20 * SECOND}, {0, 0}},
    [SIM_DISK_ERROR] = {"disk_error", {2 * SECOND, 20 * SECOND}, {10 * MS, 5 * SECOND}, {0, 0}},
    [SIM_DISK_SLOW] = {"disk_slow",
                       {SECOND, 15 * SECOND},
                       {SECOND, 10 * SECOND},
                       {10 * MS, 3 * SECOND}},
};

const struct fault_kind *fault_kinds_get(enum sim_fault_kind kind) {
  return &kinds[kind];
}

int fault_kinds_find(const char *name) {
  for (int kind = 0; kind < SIM_FAULT_KINDS; kind++) {
    if (strcmp(kinds[kind].name, name) == 0) return kind;
  }
  return -1;
}

bool fault_kinds_is_timed(enum sim_fault_kind kind) {
  return kind == SIM_DELAY || kind == SIM_STEP || kind == SIM_DISK_SLOW;
}
