/*
** script_state.h - struct script: the Lua state of one node, its tasks, and what is
** known of them. Only data; the files of this folder work on it.
*/

#ifndef BINDINGS_TASK_SCRIPT_STATE_H
#define BINDINGS_TASK_SCRIPT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lua.h>

#include "host/core/list.h"
#include "host/core/node.h"

struct loans;

enum task_state {
  TASK_POOLED,
  TASK_RUNNING,  /* resumed, perhaps below another task's wake */
  TASK_WAITING,  /* yielded by one of our functions, until task_wake */
  TASK_RUNNABLE, /* woken, in the script's queue */
  TASK_SLICED,   /* interrupted in the middle of a computation: its stack is off limits */
};

/* What a task works for. It learns of every pause and of the end. */
struct task_source {
  /* The task waits now (true), or goes on after having waited (false). */
  void (*waiting)(struct task_source *source, bool waits);
  /* The task has ended; 'failed' when by an error, or closed while it waited. */
  void (*ended)(struct task_source *source, bool failed);
  /* Push "file:line: on.name" of its handler; NULL: it has none. */
  void (*push_place)(struct task_source *source, lua_State *L);
};

/* A coroutine that the host runs. */
struct task {
  struct script *script; /* first: script_of relies on it */
  lua_State *thread;
  enum task_state state;
  struct list link;           /* pool, queue of the runnable, or waiters of something */
  struct list all;            /* all tasks that are not pooled */
  struct timer timer;         /* ends the wait; after it 'timed_out' holds */
  struct task_source *source; /* may be NULL */
  bool waited;                /* its source knows that it waits */
  bool timed_out;
  bool fatal;          /* an error in it ends the node */
  bool restarts;       /* it runs a 'main', which starts again at a reload */
  int arguments;       /* on its stack, for the next resume */
  unsigned generation; /* of the code it began with */
  int64_t retires;     /* when it is closed, us; 0: it is not outdated */
  bool warned;         /* the log says that it computes for long */
  bool spoilt;         /* its coroutine can't be used again */
  int64_t spent;       /* us of CPU time for its present event, as of the last check */
  /* Takes the task out of a list that is no 'struct list' of its own. */
  void (*forget)(struct task *task);
};

enum { WATCHDOG_PLACES = 32 };
enum { WATCHDOG_DEPTH = 16 }; /* coroutines within each other that are closed in order */

/* What is known of one node's computing: see watchdog.h. The volatile fields are read
** in a signal handler. */
struct watchdog {
  int64_t warn_us, limit_us;        /* of CPU time for one event; 0: never */
  uint64_t slow, ended;             /* events reported, and ended */
  lua_State *volatile innermost;    /* the coroutine that runs now, or will next */
  volatile uint64_t entry;          /* counts how often Lua was entered */
  volatile int inside;              /* how many of these entries are not left yet */
  uint64_t seen_entry, seen_run;    /* what ran at the last tick */
  int unheard;                      /* ticks since a hook was set that has not come */
  uint32_t stalls[WATCHDOG_PLACES]; /* places of C calls that were reported; a ring */
  unsigned stall_count;
  int64_t began;                    /* what the thread had used by then, us */
  int64_t spent;                    /* us, of code that is no task's */
  bool warned;                      /* that code */
  bool ending;                      /* that code */
  bool limited;                     /* what runs is under limit.h */
  bool closing;                     /* __close runs: it can't be sliced */
  bool yielded;                     /* a hook made the code yield; not yet taken in */
  lua_State *chain[WATCHDOG_DEPTH]; /* the coroutines it went through, innermost first */
  int depth;
};

enum { SCRIPT_GENERATOR = 32 }; /* bytes of Lua's generator of chance */

struct script {
  struct script *script; /* itself; first: see script_of */
  lua_State *L;          /* the main thread: runs no script's code that may wait */
  struct node node;
  struct list pool;               /* finished tasks, to be used again */
  int pooled;                     /* how many */
  struct list tasks;              /* the others */
  struct list runnable;           /* those that were woken */
  struct list held;               /* handlers of events that came before 'init' was done */
  struct list signals;            /* of its role, see objects/timers_signals.c */
  struct task *stopping;          /* runs a 'stop' */
  struct task_source stop_source; /* learns of its end */
  struct task *running;           /* the innermost task that runs; NULL: none */
  struct task *sliced;            /* goes on before anything else; NULL: none */
  struct watchdog watchdog;
  unsigned generation; /* of the code: 1, and one more after each reload */
  bool hung_up;        /* SIGHUP came while a task was between two slices */
  bool looks_out;      /* its code has asked for time or chance, or for what is outside the world */
  unsigned char generator[SCRIPT_GENERATOR]; /* as it was seeded, in a world of virtual time */
  bool attempting;                           /* script_attempt runs: its error is no end */
  bool tracks;                               /* the connections of declared sockets are monitored */
  bool strict;                               /* the first error in a handler ends the node */
  bool logs_end;        /* the reason of a failure is logged: its caller won't print it */
  uint64_t errors;      /* raised in handlers and tasks */
  uint64_t probation;   /* after this many more errors instance.chore is called */
  struct timer repeats; /* reports errors that come again */
  struct timer chore;   /* calls instance.chore between two events */
  struct timer retire;  /* closes tasks that have outlived two reloads */
  size_t memory;        /* bytes Lua holds */
  size_t memory_cap;    /* what it may; 0: as much as there is */
  struct loans *loans;  /* strings lent to libzmq, see lua/frames.h; NULL: it lends none */
  char *result;         /* see exit_result.h; NULL: nothing */
  size_t result_size;
  /* A signal has arrived; false when no handler wants it. */
  bool (*handle_signal)(struct script *script, int number);
  void *owner; /* of the code that made the script */
};

/*
** The script that a state, or any coroutine in it, belongs to. The extra space
** of a task's coroutine points to the task, that of every other to the script;
** both structs begin with a pointer to the script.
*/
static inline struct script *script_of(lua_State *L) {
  return **(struct script ***)lua_getextraspace(L);
}

/* One line of log in the node's name. */
static inline void script_log(struct script *script, enum world_level level, const char *text,
                              size_t size) {
  struct world *world = script->node.world;
  world->functions->log(world, level, text, size);
}

#endif
