/*
** node.c - see node.h.
**
** The order within a turn is a promise to scripts: first what has arrived, then
** woken tasks, then timers, and a timer judges silence only after reading. A
** turn may be cut short after any run (a simulated world allows one), so where
** it stands is kept in the node: its stage and the sockets still to serve.
*/

#include "host/core/node.h"

#include <limits.h>

#include "host/core/socket.h"

enum { US_PER_MS = 1000 };

/* How long a due timer waits for what had arrived by then ... */
enum { HOLD_US = 50 * US_PER_MS };
/* ... and if it is so late that the process itself must have stood still, until
** nothing has come for a while: the world's own threads have to catch up, and on a
** busy machine they get the processor later than we do. After a long stall, longer. */
enum { STALL_US = 10 * US_PER_MS, QUIET_US = 3 * US_PER_MS };
enum { LONG_STALL_US = 200 * US_PER_MS, LONG_QUIET_US = 25 * US_PER_MS };

static void grace_is_over(struct timer *timer) {
  struct node *self = (struct node *)((char *)timer - offsetof(struct node, grace_timer));
  self->cut = !self->finishing;
  node_finish(self);
}

void node_init(struct node *self, struct world *world, const struct script_functions *functions,
               struct script *script) {
  *self = (struct node){.world = world,
                        .functions = functions,
                        .script = script,
                        .sockets = {.world = world, .grace = NODE_GRACE_MS, .over = WORLD_NEVER},
                        .waking = WORLD_NEVER};
  timers_init(&self->timers);
  timer_init(&self->grace_timer, grace_is_over);
  list_init(&self->sockets.open);
  list_init(&self->sockets.ready);
  list_init(&self->sockets.serving);
  list_init(&self->sockets.shut);
  list_init(&self->work);
}

void node_free(struct node *self) {
  timers_free(&self->timers);
}

void node_close_sockets(struct node *self) {
  struct list *link;
  while ((link = list_first(&self->sockets.open)) != NULL) {
    socket_close(list_entry(link, struct socket, open));
  }
}

int64_t node_now(struct node *self) {
  return self->world->functions->now(self->world);
}

int64_t node_after(struct node *self, double ms) {
  double us = ms * US_PER_MS;
  if (!(us > 0)) us = 0; /* also when it is not a number */
  int64_t now = node_now(self);
  return us < (double)(WORLD_NEVER - now) ? now + (int64_t)us : WORLD_NEVER;
}

void node_add_work(struct node *self, struct node_work *work) {
  if (!list_empty(&work->link)) return;
  list_append(&self->work, &work->link);
  self->world->functions->schedule(self->world);
}

void node_set_computing(struct node *self, bool computing) {
  self->computing = computing;
  if (computing) node_schedule(self);
}

void node_begin(struct node *self) {
  self->waits = false;
  node_schedule(self);
}

void node_started(struct node *self) {
  if (self->phase != NODE_STARTING) return;
  self->phase = NODE_RUNNING;
  self->functions->started(self->script);
  if (self->on_running != NULL && self->phase == NODE_RUNNING) {
    self->on_running(self->on_running_arg);
  }
}

void node_stop(struct node *self, int status) {
  if (self->phase >= NODE_STOPPING) return;
  self->waits = false;
  self->phase = NODE_STOPPING;
  self->status = status;
  self->sockets.over = node_after(self, self->sockets.grace);
  if (timers_set(&self->timers, &self->grace_timer, self->sockets.over) != 0) {
    node_finish(self); /* no memory left to wait with */
    return;
  }
  self->functions->stop(self->script);
}

void node_finish(struct node *self) {
  self->finishing = true;
  node_schedule(self);
}

static bool stop_here(const struct node *self) {
  return self->finishing || !node_may_run(self);
}

/* Serve the first in the list of those to serve. */
static void serve(struct node *self, struct socket *socket) {
  struct world_socket *world = socket->world;
  if ((world->ready & world->wants & WORLD_WRITABLE) != 0) {
    world->ready &= ~WORLD_WRITABLE;
    socket->user->room(socket);
    /* One that left the list may be closed by now, and even freed. */
    if (list_first(&self->sockets.serving) != &socket->link) return;
  }
  if (socket_has_work(socket) && socket->served < SOCKET_BURST) socket->user->serve(socket);
}

/* Every socket of this round in turn; one that has given its share, or that
** can't go on, makes way. */
static void serve_sockets(struct node *self) {
  struct list *link;
  while (!stop_here(self) && (link = list_first(&self->sockets.serving)) != NULL) {
    struct socket *socket = list_entry(link, struct socket, link);
    int served = socket->served;
    serve(self, socket);
    if (self->noticed != 0) self->heard = node_now(self);
    if (list_first(&self->sockets.serving) != link) continue; /* it left the list by itself */
    if (!socket_has_work(socket)) {
      list_remove(link);
    } else if (socket->served >= SOCKET_BURST || (socket->served == served && !stop_here(self))) {
      list_append(&self->sockets.ready, link);
    }
  }
}

static void run_tasks(struct node *self) {
  for (int i = 0; i < SOCKET_BURST && self->sockets.woken && !stop_here(self); i++) {
    if (!self->functions->run(self->script)) {
      self->sockets.woken = false;
      return;
    }
  }
}

/* Until when the timers that are due must wait for something still to be read;
** 0 when they need not. */
static int64_t hold_timers(struct node *self, int64_t now) {
  if (self->noticed == 0) { /* the world looks at its sockets once more */
    self->noticed = now;
    self->heard = 0;
    return now;
  }
  if (now - self->noticed >= HOLD_US) return 0;
  if (!list_empty(&self->sockets.ready) || !list_empty(&self->sockets.serving)) return now;
  int64_t late = self->noticed - timers_next(&self->timers);
  int64_t since = self->heard > self->noticed ? self->heard : self->noticed;
  int64_t until = since + (late >= LONG_STALL_US ? LONG_QUIET_US : QUIET_US);
  return late >= STALL_US && now < until ? until : 0;
}

static void run_timers(struct node *self) {
  self->held_until = 0;
  if (timers_next(&self->timers) == WORLD_NEVER) return;
  int64_t now = node_now(self);
  if (timers_next(&self->timers) <= now) {
    self->held_until = hold_timers(self, now);
    if (self->held_until != 0) return;
    struct timer *timer;
    while (!stop_here(self) && (timer = timers_take(&self->timers, now)) != NULL) {
      timer->fire(timer);
    }
  }
  if (timers_next(&self->timers) > now) self->noticed = 0;
}

/* A guard depends on anything a handler may have changed. */
static void ask_guards(struct node *self) {
  if (self->guarded == self->world->runs || self->computing) return;
  self->guarded = self->world->runs;
  struct list shut;
  list_init(&shut);
  list_join(&shut, &self->sockets.shut);
  struct list *link;
  while ((link = list_first(&shut)) != NULL) {
    struct socket *socket = list_entry(link, struct socket, link);
    list_append(&self->sockets.shut, link);
    if (!socket->user->guard(socket)) continue;
    socket->shut = false;
    list_remove(link);
    if (socket_has_work(socket)) list_append(&self->sockets.ready, link);
  }
}

static void begin_round(struct node *self) {
  for (struct list *link = self->sockets.ready.next; link != &self->sockets.ready;
       link = link->next) {
    list_entry(link, struct socket, link)->served = 0;
  }
  list_join(&self->sockets.serving, &self->sockets.ready);
}

/* When the world has to call although nothing arrives. A deadline that is over
** is used up, so it is said again. */
static void set_wake_up(struct node *self) {
  int64_t next = self->held_until != 0 ? self->held_until : timers_next(&self->timers);
  if (next == self->waking && (next == WORLD_NEVER || next > node_now(self))) return;
  self->waking = next;
  self->world->functions->wake_at(self->world, next);
}

static void end(struct node *self) {
  self->phase = NODE_ENDED;
  timers_cancel(&self->timers, &self->grace_timer);
  self->functions->close(self->script);
  node_close_sockets(self);
  self->world->functions->wake_at(self->world, WORLD_NEVER);
  self->world->functions->ended(self->world, self->status);
}

/* Another slice; the grace time is over for it like for everything else. */
static void go_on_computing(struct node *self) {
  if (self->phase == NODE_STOPPING && node_now(self) >= self->sockets.over) {
    self->cut = self->finishing = true;
  } else {
    self->functions->run(self->script);
  }
}

/* Once a round, so that what a round brings is worked on together; what is added by this work
** itself has to wait. */
static void do_work(struct node *self) {
  if (self->computing) return;
  struct list present;
  list_init(&present);
  list_join(&present, &self->work);
  struct list *link;
  while ((link = list_shift(&present)) != NULL) {
    struct node_work *work = list_entry(link, struct node_work, link);
    work->run(work);
  }
}

static bool turn(void *node, int runs) {
  struct node *self = node;
  if (self->phase == NODE_ENDED || self->waits) return false;
  self->limit = runs == INT_MAX ? UINT64_MAX : self->world->runs + (uint64_t)runs;
  if (self->phase == NODE_NEW) {
    self->phase = NODE_STARTING;
    self->functions->start(self->script);
  }
  if (self->computing) go_on_computing(self);
  if (self->stage == STAGE_SOCKETS && !stop_here(self)) {
    if (list_empty(&self->sockets.serving)) begin_round(self);
    serve_sockets(self);
    ask_guards(self);
    if (list_empty(&self->sockets.serving)) self->stage = STAGE_TASKS;
  }
  if (self->stage == STAGE_TASKS && !stop_here(self)) {
    run_tasks(self);
    ask_guards(self);
    if (!stop_here(self)) self->stage = STAGE_TIMERS;
  }
  if (self->stage == STAGE_TIMERS && !stop_here(self)) {
    run_timers(self);
    ask_guards(self);
    do_work(self);
    self->stage = STAGE_SOCKETS;
  }
  if (self->finishing) {
    end(self);
    return false;
  }
  set_wake_up(self);
  return self->computing || self->sockets.woken || self->stage != STAGE_SOCKETS ||
         !list_empty(&self->sockets.ready) || !list_empty(&self->sockets.serving);
}

static void ready(void *source) {
  struct socket *socket = source;
  if (socket_has_work(socket) && list_empty(&socket->link)) {
    list_append(&socket->readiness->ready, &socket->link);
  }
}

static void connection(void *source, const struct world_event *event) {
  struct socket *socket = source;
  socket->user->connection(socket, event);
}

static void signal_arrived(void *node, int number) {
  struct node *self = node;
  self->functions->signal(self->script, number);
}

const struct world_user node_user = {
    .turn = turn, .ready = ready, .connection = connection, .signal = signal_arrived};
