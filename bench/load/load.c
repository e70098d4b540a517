/*
** load.c - see load.h. The table of loads.
*/

#include "bench/load/load.h"

#include <string.h>

#include "bench/lib/check.h"

struct load {
  const char *name;
  const char *words; /* what follows the name */
  int count;         /* of words */
  void (*run)(void *context, char **word);
};

static const struct load loads[] = {
    {"push", "DATA ACK SIZE MS", 4, load_push},
    {"pull", "DATA MS", 2, load_pull},
    {"ping", "ENDPOINT SIZE MS", 3, load_ping},
    {"router", "ENDPOINT SIZE MS WINDOW", 4, load_router},
    {"relay", "FRONT BACK SIZE MS WINDOW WORKERS", 6, load_relay},
    {"publish", "DATA ACK SIZE MS SUBSCRIBERS", 5, load_publish},
    {"forward", "FRONT BACK SIZE MS WINDOW SUBSCRIBERS", 6, load_forward},
    {"majordomo", "BROKER SIZE MS WINDOW WORKERS", 5, load_majordomo},
    {"reload", "FILE ENDPOINT TIMES WINDOW", 4, load_reload},
    {"clone", "FIRST_PORT BACKUP_PORT|- MS WINDOW", 4, load_clone},
    {"snapshot", "FIRST_PORT BACKUP_PORT|- KEYS", 3, load_snapshot},
    {"pirate", "CLIENTS WORKERS SIZE MS WINDOW WORKERS", 6, load_pirate},
};

enum { LOADS = sizeof loads / sizeof loads[0] };

void load_run(void *context, int count, char **word) {
  for (int i = 0; i < LOADS; i++) {
    if (count == loads[i].count + 1 && strcmp(word[0], loads[i].name) == 0) {
      loads[i].run(context, word + 1);
      return;
    }
  }
  for (int i = 0; i < LOADS; i++) fprintf(stderr, "load %s %s\n", loads[i].name, loads[i].words);
  exit(2);
}

void load_report(uint64_t done, int64_t nanoseconds) {
  printf("load: %llu in %.9f s\n", (unsigned long long)done, (double)nanoseconds / 1e9);
  fflush(stdout);
}

void *load_connect(void *context, int type, const char *endpoint) {
  void *socket = check_connect(context, type, endpoint);
  const int patience = LOAD_PATIENCE, linger = 0;
  check(zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience) == 0, "ZMQ_RCVTIMEO");
  check(zmq_setsockopt(socket, ZMQ_SNDTIMEO, &patience, sizeof patience) == 0, "ZMQ_SNDTIMEO");
  check(zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger) == 0, "ZMQ_LINGER");
  return socket;
}

char *load_body(size_t size) {
  char *body = check_memory(size + 1);
  memset(body, 'x', size);
  return body;
}
