/*
** reload.c - how long a node is silent when its code is replaced under a flood of
** requests, beside how long it is when it is stopped and started.
**
** Starts the node itself, on a copy of its file in which the line 'local WORD'
** changes, so that replies tell which code made them. Every request must be
** answered once and in order. The pause of a reload is the longest time without
** a reply between the signal and some time after the first new reply; what is
** steady is the same without a reload.
*/

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/lib/check.h"
#include "bench/load/load.h"

enum { STEADY_MS = 10, RESTARTS = 10, WORD_SIZE = 16, PATH_SIZE = 64 };

struct flood {
  void *context, *socket;
  const char *source, *endpoint;
  char folder[32];
  uint64_t sent, answered;
  int64_t last;         /* when the last reply came */
  int64_t gap;          /* the longest time between two since it was last looked at */
  char word[WORD_SIZE]; /* of the last reply */
  pid_t node;
};

static void path_of(const struct flood *self, char *path, const char *name) {
  snprintf(path, PATH_SIZE, "%s/%s", self->folder, name);
}

/* The node's file with this word, in one step, as a good editor does it. */
static void write_file(const struct flood *self, const char *word) {
  char line[512], path[PATH_SIZE], fresh[PATH_SIZE];
  path_of(self, path, "node.lua");
  path_of(self, fresh, "node.lua.new");
  FILE *from = fopen(self->source, "r"), *to = fopen(fresh, "w");
  check(from != NULL && to != NULL, self->source);
  while (fgets(line, sizeof line, from) != NULL) {
    if (strncmp(line, "local WORD", 10) == 0) {
      fprintf(to, "local WORD <const> = \"%s\"\n", word);
    } else {
      fputs(line, to);
    }
  }
  fclose(from);
  check(fclose(to) == 0 && rename(fresh, path) == 0, path);
}

static void start_node(struct flood *self) {
  char path[PATH_SIZE], log[PATH_SIZE], bind[128];
  path_of(self, path, "node.lua");
  path_of(self, log, "log");
  snprintf(bind, sizeof bind, "--clients.bind=%s", self->endpoint);
  self->node = fork();
  check(self->node >= 0, "fork");
  if (self->node > 0) return;
  int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(file, STDERR_FILENO);
  execl("build/release/sloop", "sloop", "run", path, "--control=none", bind, (char *)NULL);
  _exit(127);
}

static void stop_node(struct flood *self) {
  kill(self->node, SIGTERM);
  waitpid(self->node, NULL, 0);
}

static void connect_node(struct flood *self) {
  const int soon = 1;
  if (self->socket != NULL) zmq_close(self->socket);
  self->socket = load_connect(self->context, ZMQ_DEALER, self->endpoint);
  check(zmq_setsockopt(self->socket, ZMQ_RECONNECT_IVL, &soon, sizeof soon) == 0, "RECONNECT_IVL");
  self->sent = self->answered = 0;
}

static void ask(struct flood *self) {
  static const char *const order[] = {"order", "buy", "7"};
  self->sent++;
  check(zmq_send(self->socket, &self->sent, sizeof self->sent, ZMQ_SNDMORE) >= 0, "zmq_send");
  for (int i = 0; i < 3; i++) {
    int flags = i < 2 ? ZMQ_SNDMORE : 0;
    check(zmq_send(self->socket, order[i], strlen(order[i]), flags) >= 0, "zmq_send");
  }
}

/* Take one reply, which must be the next, and ask again. */
static void take(struct flood *self) {
  uint64_t number;
  char rest[32];
  check(zmq_recv(self->socket, &number, sizeof number, 0) == sizeof number, "no reply");
  check(number == ++self->answered, "a reply is missing, doubled or out of order");
  int size = zmq_recv(self->socket, self->word, WORD_SIZE - 1, 0);
  self->word[size > 0 ? size : 0] = '\0';
  check(zmq_recv(self->socket, rest, sizeof rest, 0) >= 0, "zmq_recv");
  int64_t now = check_now();
  if (now - self->last > self->gap) self->gap = now - self->last;
  self->last = now;
  ask(self);
}

static int64_t take_gap(struct flood *self, int64_t nanoseconds) {
  int64_t end = check_now() + nanoseconds;
  do take(self);
  while (self->last < end);
  int64_t gap = self->gap;
  self->gap = 0;
  return gap;
}

static void fill(struct flood *self, uint64_t window) {
  while (self->sent < window) ask(self);
  take(self);
  take_gap(self, 100 * 1000000);
}

static int64_t reload(struct flood *self, int number) {
  char word[WORD_SIZE];
  snprintf(word, sizeof word, "%d", number);
  write_file(self, word);
  take_gap(self, STEADY_MS * 1000000);
  kill(self->node, SIGHUP);
  do take(self);
  while (strcmp(self->word, word) != 0);
  return take_gap(self, STEADY_MS * 1000000 / 2);
}

static int64_t restart(struct flood *self) {
  int64_t start = check_now();
  stop_node(self);
  start_node(self);
  connect_node(self);
  ask(self);
  take(self);
  return check_now() - start;
}

static int compare(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static double in_ms(const int64_t *times, int index) {
  return (double)times[index] / 1e6;
}

static void show(const char *what, int64_t *times, int count) {
  qsort(times, (size_t)count, sizeof *times, compare);
  printf("| %-40s | %5d | %8.3f | %8.3f | %8.3f |\n", what, count, in_ms(times, count / 2),
         in_ms(times, count * 99 / 100), in_ms(times, count - 1));
}

/* What the node says of itself: "reloaded: ... in 0.31 ms". */
static int read_log(const struct flood *self, int64_t *times, int room) {
  char line[512], path[PATH_SIZE];
  path_of(self, path, "log");
  FILE *file = fopen(path, "r");
  check(file != NULL, path);
  int count = 0;
  while (count < room && fgets(line, sizeof line, file) != NULL) {
    const char *found = strstr(line, "reloaded: "), *in = found ? strstr(found, ") in ") : NULL;
    if (in != NULL) times[count++] = (int64_t)(strtod(in + 5, NULL) * 1e6);
  }
  fclose(file);
  return count;
}

static void clean(const struct flood *self) {
  static const char *const names[] = {"node.lua", "log"};
  char path[PATH_SIZE];
  for (int i = 0; i < 2; i++) {
    path_of(self, path, names[i]);
    unlink(path);
  }
  rmdir(self->folder);
}

void load_reload(void *context, char **word) {
  struct flood self = {.context = context, .source = word[0], .endpoint = word[1]};
  int times = atoi(word[2]);
  uint64_t window = strtoull(word[3], NULL, 10);
  int64_t *gaps = check_memory((size_t)times * sizeof *gaps);
  int64_t restarts[RESTARTS];
  check(times > 0, "how many reloads?");
  strcpy(self.folder, "/tmp/sloop-bench-XXXXXX");
  check(mkdtemp(self.folder) != NULL, self.folder);
  write_file(&self, "0");
  start_node(&self);
  connect_node(&self);
  fill(&self, window);
  printf("| %-40s | %5s | %8s | %8s | %8s |\n", "silent for, ms", "times", "p50", "p99", "max");
  printf("|---|--:|--:|--:|--:|\n");
  for (int i = 0; i < times; i++) gaps[i] = take_gap(&self, 3 * STEADY_MS * 1000000 / 2);
  show("steady, as long as a reload is looked at", gaps, times);
  for (int i = 0; i < times; i++) gaps[i] = reload(&self, i + 1);
  show("reload", gaps, times);
  show("reload, as the node sees it", gaps, read_log(&self, gaps, times));
  for (int i = 0; i < RESTARTS; i++) restarts[i] = restart(&self);
  show("stop and start", restarts, RESTARTS);
  stop_node(&self);
  zmq_close(self.socket);
  clean(&self);
  free(gaps);
}
