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
    [SIM_BUSY] = {"busy", {SECOND, 15 * SECOND}, {100 * MS, 10 * SECOND}, {0, 0}},
    [SIM_SILENCE] = {"silence", {2 * SECOND, 20 * SECOND}, {0, 0}, {0, 0}},
    [SIM_CRASH_LOOP] = {"crash_loop",
                        {5 * SECOND, 30 * SECOND},
                        {500 * MS, 5 * SECOND},
                        {MS, 500 * MS}},
    [SIM_JUMP] = {"jump",
                  {SECOND, 15 * SECOND},
                  {0, 0},
                  {INT64_C(-3600) * SECOND, INT64_C(3600) * SECOND}},
    [SIM_SKEW] = {"skew", {0, 0}, {0, 0}, {INT64_C(-3600) * SECOND, INT64_C(3600) * SECOND}},
    [SIM_BANDWIDTH] = {"bandwidth", {SECOND, 15 * SECOND}, {SECOND, 10 * SECOND}, {8, 1000}},
    [SIM_DESCRIPTORS] = {"descriptors", {SECOND, 15 * SECOND}, {100 * MS, 5 * SECOND}, {0, 0}},
    [SIM_ADDRESS] = {"address", {SECOND, 15 * SECOND}, {100 * MS, 5 * SECOND}, {0, 0}},
    [SIM_NAMES] = {"names", {SECOND, 15 * SECOND}, {100 * MS, 10 * SECOND}, {0, 0}},
    [SIM_GARBAGE] = {"garbage", {200 * MS, 10 * SECOND}, {0, 5 * SECOND}, {1, 20}},
    [SIM_RELOAD] = {"reload", {0, 0}, {0, 0}, {0, 0}},
};

static const char *const aims[SIM_AIMS] = {
    [SIM_AIM_NONE] = "",   [SIM_AIM_SEND] = "send",     [SIM_AIM_RECEIVE] = "receive",
    [SIM_AIM_PUT] = "put", [SIM_AIM_RELOAD] = "reload", [SIM_AIM_NOTE] = "note"};

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
  return kind == SIM_DELAY || kind == SIM_STEP || kind == SIM_DISK_SLOW || kind == SIM_JUMP ||
         kind == SIM_SKEW || kind == SIM_CRASH_LOOP;
}

bool fault_kinds_has_peer(enum sim_fault_kind kind) {
  return (kind >= SIM_CUT && kind <= SIM_ONE_WAY) || kind == SIM_SILENCE;
}

bool fault_kinds_is_aimed(enum sim_fault_kind kind) {
  return fault_kinds_has_peer(kind) || kind == SIM_PAUSE || kind == SIM_CRASH ||
         kind == SIM_DEATH || kind == SIM_BUSY || kind == SIM_CRASH_LOOP || kind == SIM_STEP ||
         kind == SIM_JUMP || kind == SIM_DISK_ERROR || kind == SIM_DESCRIPTORS;
}

const char *fault_kinds_aim_name(enum sim_aim aim) {
  return aims[aim];
}

enum sim_aim fault_kinds_find_aim(const char *name) {
  for (int aim = 1; aim < SIM_AIMS; aim++) {
    if (strcmp(aims[aim], name) == 0) return (enum sim_aim)aim;
  }
  return SIM_AIM_NONE;
}
