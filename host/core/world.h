/*
** world.h - the one seam to the world: clock, chance, sockets, stores, standard input,
** signals, log.
**
** Everything a node can notice or cause outside itself goes through the
** functions below. There are two worlds: the real one (libzmq and libuv,
** host/real/) and the simulated one (virtual time and a virtual network,
** host/sim/). Nothing above this header calls libzmq, libuv or the system
** clock; zmq_msg_t is the exception, since a message is memory without a
** context and both worlds can carry it.
**
** Rules of the seam:
**   - No call waits. Failure is -1 (or NULL) with errno set.
**   - The world calls the node (struct world_user), never from inside a call
**     that the node made.
**   - Times are microseconds; INT64_MAX means never.
**   - A world, its sockets and its node live in one thread.
*/

#ifndef HOST_CORE_WORLD_H
#define HOST_CORE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zmq.h>

enum { WORLD_MAX_FRAMES = 255 }; /* a longer message is hostile, or a bug */
enum { WORLD_ENDPOINT_SIZE = 512 };

#define WORLD_NEVER INT64_MAX

/* What a socket may be ready for; also what its node is interested in. */
enum { WORLD_READABLE = 1, WORLD_WRITABLE = 2 };

enum world_level { WORLD_LOG, WORLD_WARN, WORLD_ERROR };

/*
** The frames of one message on its way in or out. One such table serves a
** whole thread, because a message is in it only within one call. The first
** 'count' frames are initialised and owned by the holder of the table.
*/
struct frames {
  int count;
  zmq_msg_t frame[WORLD_MAX_FRAMES];
};

/* Something happened to a connection of a socket that is monitored. */
struct world_event {
  const char *name;     /* "accepted", "connected", "disconnected", ... */
  const char *endpoint; /* "" where the world does not know it */
  int64_t detail;       /* an errno, an interval in ms, a protocol error: as libzmq says */
};

/* What the world calls: a node and its sources. */
struct world_user {
  /* Work: serve what is ready, run what was woken, then timers that are due.
  ** At most 'runs' handlers or tasks run (INT_MAX: a whole round). True while
  ** there is more to do at once; the world then calls again soon. */
  bool (*turn)(void *node, int runs);
  /* 'ready' of the socket opened with this source has changed. Only takes note; the
  ** work is done in the next turn, which the world need not be asked for. */
  void (*ready)(void *source);
  void (*connection)(void *source, const struct world_event *event);
  void (*signal)(void *node, int number);
};

struct world_socket;
struct world_store;
struct world_functions;
struct world_store_functions;

/* A node's place in a world. Each world extends this struct. */
struct world {
  const struct world_functions *functions;
  const struct world_user *user;
  void *node;            /* the user's; given to turn and signal */
  struct frames *frames; /* this thread's message in transit */
  bool lends;      /* messages may point into memory that the node keeps until they are gone */
  bool is_virtual; /* time is not the system's */
  bool trims;      /* memory is short: 'trim' is to be called when the script has begun */
  int64_t warn_us; /* an event that keeps the thread for longer is reported; 0: never */
  uint64_t runs;   /* handlers and tasks the node has run: the node counts, the world reads */
};

/* A socket in a world. Each world extends this struct. */
struct world_socket {
  struct world *world;
  void *source; /* the user's; given to ready and connection */
  int wants;    /* WORLD_READABLE: the node takes messages; WORLD_WRITABLE: a send waits */
  int ready;    /* what may hold, as far as is known; a try that finds EAGAIN takes it back */
};

/* A value in a store: bytes, and a letter that says what they mean, which the world keeps
** with them. 0: there is none. */
struct world_value {
  char kind;
  size_t size;
  const char *bytes;
};

struct world_entry {
  const char *key;
  size_t key_size;
  struct world_value value;
};

struct world_cursor;

enum { WORLD_STORE_REASON_SIZE = 256 };

/* A durable store in a world: what was committed. Each kind of store extends this struct,
** and has its own functions. It is read at once, so what it holds is near: on a disk of
** this machine, or in memory. */
struct world_store {
  const struct world_store_functions *functions;
  void *source;                         /* the user's; given to 'committed' */
  void (*committed)(void *source);      /* a commit is over: only takes note, as world_user's */
  bool failed;                          /* the last commit: nothing of it is kept */
  char reason[WORLD_STORE_REASON_SIZE]; /* why the last call, or the commit, failed */
};

struct world_store_functions {
  /* The value of a key, valid until the next call: 1; 0 there is none; -1 and a reason. */
  int (*get)(struct world_store *self, const char *key, size_t size, struct world_value *value);
  /* A walk in the order of bytes through the keys that begin so, over what is there now,
  ** whatever is committed meanwhile. NULL and a reason. */
  struct world_cursor *(*scan)(struct world_store *self, const char *prefix, size_t size);
  /* The next one, valid until the next call for this cursor: 1; 0 at the end; -1 and a
  ** reason in its store. */
  int (*next)(struct world_cursor *cursor, struct world_entry *entry);
  void (*end)(struct world_cursor *cursor);
  /* Begin to make all of these durable, or none; kind 0 deletes. One commit at a time: the
  ** entries stay as they are until 'committed' is called. */
  void (*commit)(struct world_store *self, const struct world_entry *entries, size_t count);
  /* After its cursors. Waits for the end of a commit, which is then not told. */
  void (*close)(struct world_store *self);
};

/* A line of a node's standard input, without its end of line. */
struct world_line {
  size_t size;
  const char *bytes;
};

enum { WORLD_LINE_MAX = 1 << 20 }; /* bytes; a longer line is left out */

enum world_line_kind {
  WORLD_LINE,          /* here is one, valid until the next call */
  WORLD_LINE_NONE,     /* not yet: 'ready' is called when there may be one */
  WORLD_LINE_TOO_LONG, /* one was left out */
  WORLD_LINE_FAILED,   /* errno says why; the end comes next */
  WORLD_LINE_END,      /* of the input; also in all calls after it */
};

/* The standard input of a world's program. Each world extends this struct. */
struct world_input {
  const struct world_input_functions *functions;
  void *source;                /* the user's; given to 'ready' */
  void (*ready)(void *source); /* only takes note, as world_user's */
};

struct world_input_functions {
  /* The next line. What is not taken stays where it comes from. */
  enum world_line_kind (*take)(struct world_input *self, struct world_line *line);
  void (*close)(struct world_input *self);
};

struct world_functions {
  int64_t (*now)(struct world *world);  /* monotonic */
  int64_t (*wall)(struct world *world); /* since 1970, UTC */
  uint64_t (*random)(struct world *world);
  int64_t (*cpu)(struct world *world); /* time this thread has computed; 0 where time is virtual */

  /* Memory for the node's script, as lua_Alloc has it, and the seed of its hash
  ** tables: a simulated world needs both to repeat itself. */
  void *(*allocate)(struct world *world, void *block, size_t old_size, size_t size);
  unsigned (*hash_seed)(struct world *world);
  /* Take back free memory. Not NULL in a world that trims. */
  void (*trim)(struct world *world);

  /* Have 'turn' called soon; at or after this time, which replaces the
  ** time given before. */
  void (*schedule)(struct world *world);
  void (*wake_at)(struct world *world, int64_t time);

  /* Have 'signal' called when this signal arrives, or no longer. */
  int (*watch_signal)(struct world *world, int number, bool on);

  /* One line of log, without its end of line; the second is for signal handlers, and NULL
  ** where time is virtual. One structured event: 'data' is the event's fields as
  ** bindings/lua/values.c packs them; NULL where no checker sees them. */
  void (*log)(struct world *world, enum world_level level, const char *text, size_t size);
  void (*log_signal_safe)(struct world *world, const char *text);
  void (*note)(struct world *world, const char *kind, const void *data, size_t size);

  /* The node has ended with this exit status; the world forgets it. What the
  ** node owned is freed by its maker, not from inside this call. */
  void (*ended)(struct world *world, int status);

  /* A new socket of this libzmq type. EMFILE when descriptors or sockets run
  ** out, before libzmq would abort. */
  struct world_socket *(*open)(struct world *world, int type, void *source);
  /* Options have libzmq's numbers, types and errors. */
  int (*set)(struct world_socket *self, int option, const void *value, size_t size);
  int (*get)(struct world_socket *self, int option, void *value, size_t *size);
  /* 'actual' receives the endpoint as bound, which may be longer than asked
  ** for (tcp://127.0.0.1:* becomes a port, the "*" of inproc a name of its own). */
  int (*bind)(struct world_socket *self, const char *endpoint, char *actual, size_t size);
  int (*unbind)(struct world_socket *self, const char *endpoint);
  int (*connect)(struct world_socket *self, const char *endpoint);
  int (*disconnect)(struct world_socket *self, const char *endpoint);
  /* Have 'connection' called for what happens to this socket's connections. */
  int (*monitor)(struct world_socket *self);
  /* Send a whole message. 0: the world has taken all frames (count is 0). -1:
  ** the caller still holds them; EAGAIN the queue is full, EHOSTUNREACH a
  ** ROUTER knows no such peer, EFSM the type may not send now. */
  int (*send)(struct world_socket *self, struct frames *frames);
  /* Receive a whole message into 'frames', which must be empty. 0, or -1:
  ** EAGAIN nothing there, EFSM the type may not receive now, EMSGSIZE a message
  ** of more than WORLD_MAX_FRAMES frames was dropped whole. */
  int (*receive)(struct world_socket *self, struct frames *frames);
  /* 'wants' has changed. What is wanted and not yet known to be ready is reported
  ** when it may hold, also when it holds already, and perhaps too often: edge-
  ** triggered, re-armed by EAGAIN. A socket that wants nothing costs nothing. A
  ** ROUTER or STREAM never waits for room. */
  void (*watch)(struct world_socket *self);
  /* Close, letting unsent messages linger as the option says, but for no
  ** longer than 'grace' ms. The struct is gone after the call. */
  void (*close)(struct world_socket *self, int grace);

  /* The store of this path, "DIR/jobs", which no other node may have open; its source and
  ** 'committed' are the caller's to set. NULL and a reason of WORLD_STORE_REASON_SIZE. */
  struct world_store *(*open_store)(struct world *world, const char *path, char *reason);

  /* The program's standard input, which one node of it can have at a time; its source and
  ** 'ready' are the caller's to set. NULL and errno: EBUSY another node has it. */
  struct world_input *(*open_input)(struct world *world);
};

/* Close what is still in the table. */
static inline void frames_clear(struct frames *self) {
  while (self->count > 0) zmq_msg_close(&self->frame[--self->count]);
}

#endif
