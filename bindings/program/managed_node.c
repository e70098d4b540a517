/*
** managed_node.c - see managed_node.h.
**
** An order is a call posted to the node's thread, with what it needs. A node that
** has ended is freed there, unless libzmq still reads strings of its state: then
** it is kept until a later end finds them given back, or the context has ended.
*/

#include "bindings/program/managed_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bindings/objects/dispatch.h"
#include "bindings/objects/lua_socket.h"
#include "bindings/task/exit_result.h"
#include "bindings/task/script.h"

enum { REASON_SIZE = 2048 };

/* A node that has ended and cannot be freed yet. */
struct retired {
  struct list link;
  struct node_runner node;
};

struct order {
  struct managed_node *node;
  int status;
  bool now;
  struct control_request *request;
  size_t size;
  char bytes[];
};

void managed_node_init(struct managed_node *self, struct thread_pool *pool, int number) {
  *self = (struct managed_node){.pool = pool, .number = number};
  list_init(&self->retired);
}

static void report(struct managed_node *self, struct event *event, const char *bytes) {
  event->node = self->number;
  thread_pool_report(self->pool, event, bytes);
}

static void give_order(struct managed_node *self, void (*obey)(void *arg),
                       const struct order *order, const char *bytes) {
  struct order *copy = malloc(sizeof *copy + order->size);
  if (copy != NULL) {
    *copy = *order;
    copy->node = self;
    if (order->size > 0) memcpy(copy->bytes, bytes, order->size);
    if (real_loop_post(thread_pool_loop(self->pool, self->thread), obey, copy) == 0) return;
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
    if (!all && !script_is_idle(retired->node.script)) continue;
    list_remove(link);
    node_runner_free(&retired->node);
    free(retired);
  }
}

/* What ended is to be freed, now or later. Without memory to remember it, it is
** never freed. */
static void retire(struct managed_node *self) {
  struct retired *retired = malloc(sizeof *retired);
  if (retired != NULL) {
    retired->node = self->node;
    list_init(&retired->link);
    list_append(&self->retired, &retired->link);
  }
  self->node = (struct node_runner){0};
  free_retired(self, false);
}

static void ended(void *arg, struct world *world, int status) {
  (void)arg;
  struct managed_node *self = ((struct node *)world->node)->script->owner;
  size_t size;
  const char *result = exit_result_get(self->node.script, &size);
  node_runner_close(&self->node);
  report(self, &(struct event){.kind = EVENT_ENDED, .number = status, .size = result ? size : 0},
         result);
  retire(self);
}

static void load(void *arg) {
  struct order *order = arg;
  struct managed_node *self = order->node;
  free(order);
  struct real_loop *loop = thread_pool_loop(self->pool, self->thread);
  char reason[REASON_SIZE];
  real_loop_on_ended(loop, ended, NULL);
  int status = node_runner_load(&self->node, loop, self->name, self->entry, self->size, reason,
                                sizeof reason);
  if (status != 0) {
    report(self, &(struct event){.kind = EVENT_REFUSED, .number = status, .size = strlen(reason)},
           reason);
    return;
  }
  self->node.script->owner = self;
  self->node.script->node.waits = true;
  if (self->watches) node_runner_watch_files(&self->node, loop);
  report(self, &(struct event){.kind = EVENT_LOADED}, NULL);
}

static void go(void *arg) {
  struct order *order = arg;
  struct script *script = order->node->node.script;
  if (script != NULL) node_begin(&script->node);
  free(order);
}

static void stop(void *arg) {
  struct order *order = arg;
  struct managed_node *self = order->node;
  if (self->node.script != NULL) {
    struct node *node = &self->node.script->node;
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
    if (socket->user == &dispatch_user && ((struct lua_socket *)socket)->waiting > 0) return true;
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
  struct managed_node *self = order->node;
  free(order);
  struct event event = {.kind = EVENT_PROBED};
  if (self->node.script != NULL) {
    event.number = received(self->node.script);
    event.flag = is_busy(self->node.script);
  }
  report(self, &event, NULL);
}

/* An answer on its way to the supervising thread, which alone may give it. */
struct answer {
  struct control_request *request;
  size_t size;
  char bytes[];
};

static void hand_over(void *arg) {
  struct answer *answer = arg;
  control_channel_answer(answer->request, answer->bytes, answer->size);
  free(answer);
}

static void give(void *arg, const char *bytes, size_t size) {
  struct order *order = arg;
  if (order->request == NULL) return;
  struct answer *answer = malloc(sizeof *answer + size);
  if (answer == NULL) return; /* the request times out */
  *answer = (struct answer){.request = order->request, .size = size};
  if (size > 0) memcpy(answer->bytes, bytes, size);
  if (real_loop_post(order->node->pool->loop, hand_over, answer) != 0) free(answer);
}

static void ask(void *arg) {
  struct order *order = arg;
  struct managed_node *self = order->node;
  if (self->node.script == NULL) {
    give(order, "", 0);
  } else {
    node_runner_answer(&self->node, order->bytes, order->size, give, order);
  }
  free(order);
}

/* ---- on the supervising thread ---- */

void managed_node_load(struct managed_node *self) {
  give_order(self, load, &(struct order){0}, NULL);
}

void managed_node_go(struct managed_node *self) {
  give_order(self, go, &(struct order){0}, NULL);
}

void managed_node_stop(struct managed_node *self, int status, bool now) {
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
