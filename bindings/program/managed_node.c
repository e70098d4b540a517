/*
** managed_node.c - see managed_node.h.
**
** An order is a call posted to the node's thread, with what it needs. A node that
** has ended is freed there, unless libzmq still reads strings of its state: then
** it is kept until a later end finds them given back, or the context has ended.
*/

#include "bindings/program/managed_node.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bindings/objects/socket.h"
#include "bindings/program/control_service.h"
#include "bindings/task/script.h"
#include "host/real/os/file_watch.h"

enum { REASON_SIZE = 2048 };

/* A node that has ended and cannot be freed yet. */
struct retired {
  struct list link;
  struct script *script;
  struct world *world;
};

struct order {
  struct managed_node *member;
  int status;
  bool now;
  struct control_request *request;
  size_t size;
  char bytes[];
};

void managed_node_init(struct managed_node *self, struct crew *crew, int number) {
  *self = (struct managed_node){.crew = crew, .number = number};
  list_init(&self->retired);
}

static void tell(struct managed_node *self, struct event *event, const char *bytes) {
  event->node = self->number;
  crew_tell(self->crew, event, bytes);
}

static void give_order(struct managed_node *self, void (*obey)(void *arg), const struct order *order,
                       const char *bytes) {
  struct order *copy = malloc(sizeof *copy + order->size);
  if (copy != NULL) {
    *copy = *order;
    copy->member = self;
    if (order->size > 0) memcpy(copy->bytes, bytes, order->size);
    if (real_loop_post(crew_loop(self->crew, self->thread), obey, copy) == 0) return;
    free(copy);
  }
  fputs("sloop: not enough memory for an order\n", stderr);
}

/* ---- on the node's thread ---- */

static void free_retired(struct managed_node *self, bool all) {
  struct list *next;
  for (struct list *link = self->retired.next; link != &self->retired; link = next) {
    next = link->next;
    struct retired *retired = list_entry(link, struct retired, link);
    if (!all && !script_is_idle(retired->script)) continue;
    list_remove(link);
    script_free(retired->script);
    real_world_free(retired->world);
    free(retired);
  }
}

/* What ended is to be freed, now or later. Without memory to remember it, it is
** never freed, which harms nobody. */
static void retire(struct managed_node *self) {
  struct retired *retired = malloc(sizeof *retired);
  if (retired != NULL) {
    *retired = (struct retired){.script = self->script, .world = self->world};
    list_init(&retired->link);
    list_append(&self->retired, &retired->link);
  }
  self->script = NULL;
  self->world = NULL;
  free_retired(self, false);
}

static void ended(void *arg, struct world *world, int status) {
  (void)arg;
  struct managed_node *self = ((struct node *)world->node)->script->owner;
  size_t size;
  const char *result = script_result(self->script, &size);
  file_watch_free(self->watch);
  self->watch = NULL;
  tell(self, &(struct event){.kind = EVENT_ENDED, .number = status, .size = result ? size : 0},
       result);
  retire(self);
}

static bool changed(void *arg, int looks) {
  struct managed_node *self = arg;
  bool done = self->script == NULL || control_service_changed(self->script, looks);
  if (done && self->script != NULL) control_service_watch_files(self->script, self->watch);
  return done;
}

static void refuse(struct managed_node *self, const char *reason, int status) {
  if (self->world != NULL) real_world_free(self->world);
  self->world = NULL;
  tell(self, &(struct event){.kind = EVENT_REFUSED, .number = status, .size = strlen(reason)},
       reason);
}

static void load(void *arg) {
  struct order *order = arg;
  struct managed_node *self = order->member;
  free(order);
  struct real_loop *loop = crew_loop(self->crew, self->thread);
  char reason[REASON_SIZE] = "not enough memory, or not enough descriptors";
  bool usage = false;
  real_loop_on_ended(loop, ended, NULL);
  self->world = real_world_new(loop, self->name, &node_user);
  if (self->world == NULL) {
    refuse(self, reason, 1);
    return;
  }
  self->script = script_new(self->world, self->entry, self->size, reason, sizeof reason, &usage);
  if (self->script == NULL) {
    refuse(self, reason, usage ? 2 : 1);
    return;
  }
  self->script->owner = self;
  self->script->node.waits = true;
  self->world->functions->watch_signal(self->world, SIGHUP, true);
  if (self->watches) self->watch = file_watch_new(real_loop_uv(loop), changed, self);
  control_service_watch_files(self->script, self->watch);
  tell(self, &(struct event){.kind = EVENT_LOADED}, NULL);
}

static void go(void *arg) {
  struct order *order = arg;
  struct script *script = order->member->script;
  if (script != NULL) node_begin(&script->node);
  free(order);
}

static void stop(void *arg) {
  struct order *order = arg;
  struct managed_node *self = order->member;
  if (self->script != NULL) {
    struct node *node = &self->script->node;
    if (order->now) node->sockets.grace = 0; /* nor may anything linger */
    node_stop(node, order->status);
    if (order->now) node_finish(node);
  }
  free(order);
}

/* Is a handler at work, or about to be? */
static bool is_busy(struct script *script) {
  if (!list_empty(&script->runnable)) return true;
  struct list *open = &script->node.sockets.open;
  for (struct list *link = open->next; link != open; link = link->next) {
    struct socket *socket = list_entry(link, struct socket, open);
    if (socket_has_work(socket)) return true;
    if (socket->user == &socket_lua_user && ((struct lua_socket *)socket)->waiting > 0) return true;
  }
  return false;
}

static int64_t received(struct script *script) {
  int64_t sum = 0;
  struct list *open = &script->node.sockets.open;
  for (struct list *link = open->next; link != open; link = link->next) {
    sum += (int64_t)list_entry(link, struct socket, open)->counts.in;
  }
  return sum;
}

static void probe(void *arg) {
  struct order *order = arg;
  struct managed_node *self = order->member;
  free(order);
  struct event event = {.kind = EVENT_PROBED};
  if (self->script != NULL) {
    event.number = received(self->script);
    event.flag = is_busy(self->script);
  }
  tell(self, &event, NULL);
}

/* An answer on its way to the thread that leads, which alone may give it. */
struct answer {
  struct control_request *request;
  size_t size;
  char bytes[];
};

static void hand_over(void *arg) {
  struct answer *answer = arg;
  control_answer(answer->request, answer->bytes, answer->size);
  free(answer);
}

static void give(void *arg, const char *bytes, size_t size) {
  struct order *order = arg;
  if (order->request == NULL) return;
  struct answer *answer = malloc(sizeof *answer + size);
  if (answer == NULL) return; /* whoever asked will not wait for ever */
  *answer = (struct answer){.request = order->request, .size = size};
  if (size > 0) memcpy(answer->bytes, bytes, size);
  if (real_loop_post(order->member->crew->loop, hand_over, answer) != 0) free(answer);
}

static void ask(void *arg) {
  struct order *order = arg;
  struct managed_node *self = order->member;
  if (self->script == NULL) {
    give(order, "", 0);
  } else {
    control_service_answer(self->script, order->bytes, order->size, give, order);
    control_service_watch_files(self->script, self->watch);
  }
  free(order);
}

/* ---- on the thread that leads ---- */

void managed_node_load(struct managed_node *self) {
  give_order(self, load, &(struct order){0}, NULL);
}

void managed_node_go(struct managed_node *self) {
  give_order(self, go, &(struct order){0}, NULL);
}

void managed_node_stop(struct managed_node *self, int status, bool now) {
  real_process_ending(self->crew->process);
  give_order(self, stop, &(struct order){.status = status, .now = now}, NULL);
}

void managed_node_probe(struct managed_node *self) {
  give_order(self, probe, &(struct order){0}, NULL);
}

void managed_node_ask(struct managed_node *self, struct control_request *request, const char *bytes,
                size_t size) {
  give_order(self, ask, &(struct order){.request = request, .size = size}, bytes);
}

void managed_node_free(struct managed_node *self) {
  free_retired(self, true);
}
