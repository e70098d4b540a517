/*
** signals.h - signals as events of a loop.
*/

#ifndef HOST_REAL_OS_SIGNALS_H
#define HOST_REAL_OS_SIGNALS_H

#include <stdatomic.h>
#include <stdbool.h>

#include <uv.h>

#include "host/core/list.h"

/* SIGINT and SIGTERM: the first one is reported, a second one kills the process. One
** loop of a process has this; the latest to ask. */
struct interrupt {
  uv_async_t handle;
  atomic_bool *ending; /* set to true by the signal handler itself */
  void (*interrupted)(void *arg, int number);
  void *arg;
};

/* 0, or -1 and errno. */
int interrupt_open(struct interrupt *self, uv_loop_t *loop, atomic_bool *ending,
                   void (*interrupted)(void *arg, int number), void *arg);
/* Has one come, since the latest of these was opened? */
bool interrupt_has_come(void);
/* Back to the system's defaults; also when it is not open. */
void interrupt_close(struct interrupt *self);

/* Have 'arrived' called on the loop when this signal arrives, or no longer. 'watched'
** lists the signals watched so far. 0, or -1 and errno. */
int signals_watch(struct list *watched, uv_loop_t *loop, int number, bool on,
                  void (*arrived)(void *arg, int number), void *arg);
/* Watch none of them any longer. SIGHUP is ignored then, so that it kills no process
** that still sends what lingers; signals_end puts the system's default back,
** but not in a program that has blocked SIGHUP from its start. */
void signals_unwatch_all(struct list *watched);
void signals_end(void);

#endif
