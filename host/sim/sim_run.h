/*
** sim_run.h - what a simulated run is given and what it gives: options, faults,
** events, counts.
*/

#ifndef HOST_SIM_SIM_RUN_H
#define HOST_SIM_SIM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/core/world.h"

struct sim;

/* In a run of more nodes than these, memory counts for more than time. */
enum { SIM_FEW_NODES = 64 };

/* How a node's program comes and goes. */
struct sim_program {
  /* Make a fresh program in this world, whose 'user' and 'node' it sets; NULL if
  ** that fails. Nothing runs before its first turn. */
  void *(*boot)(void *context, int node, struct world *world);
  /* Destroy it without any orderly end: after a crash, after it has ended, or
  ** when the run is over. Its sockets are gone already: the world ignores what
  ** is still done with them. */
  void (*halt)(void *context, int node, void *program);
  /* What is booted from now on is the next code of this node's program. */
  void (*upgrade)(void *context, int node);
  void *context;
};

/* A line of a node's standard input, or its end (bytes NULL), and when it comes. */
struct sim_line {
  int64_t time; /* WORLD_NEVER: it does not */
  const char *bytes;
  size_t size;
};

struct sim_range {
  int64_t least, most;
};

enum sim_fault_kind {
  SIM_DELAY,       /* messages take up to 'amount' us longer */
  SIM_CUT,         /* connections break; both ends learn at once */
  SIM_HALF_OPEN,   /* connections carry nothing, and no end is told */
  SIM_PARTITION,   /* nothing passes between two nodes; connections stay */
  SIM_ONE_WAY,     /* nothing passes from one node to another */
  SIM_PAUSE,       /* a node stands still, as by SIGSTOP; data still arrives */
  SIM_CRASH,       /* a node dies at once, and is booted again after 'duration' */
  SIM_SLOW,        /* a handler takes 'amount' times as long */
  SIM_RATE,        /* a node's clocks run faster by 'amount' parts in a million */
  SIM_STEP,        /* a node's wall clock is set forward by 'amount' us */
  SIM_DEATH,       /* a node dies and is not booted again; 'amount' in a limit: how many */
  SIM_LATE,        /* a node is booted 'duration' later */
  SIM_DISK_ERROR,  /* commits of a node's stores fail */
  SIM_DISK_SLOW,   /* they take up to 'amount' us longer */
  SIM_BUSY,        /* a node computes; its I/O thread goes on */
  SIM_SILENCE,     /* connections carry nothing any more, and are never reset */
  SIM_CRASH_LOOP,  /* for 'duration' a node crashes each time it has been up for 'amount' us */
  SIM_JUMP,        /* a node's wall clock is set forward by 'amount' us, for good */
  SIM_SKEW,        /* the same, from the beginning */
  SIM_BANDWIDTH,   /* 'amount' KiB/s pass from and to a node */
  SIM_DESCRIPTORS, /* a node has no descriptors left */
  SIM_ADDRESS,     /* a node can't bind: address in use */
  SIM_NAMES,       /* a node can't resolve names */
  SIM_GARBAGE,     /* a stranger sends 'amount' messages to where a node is bound */
  SIM_RELOAD,      /* a node changes to its program's next code, without an end */
  SIM_FAULT_KINDS,
};

enum { SIM_ALL = -1, SIM_ANY = -2 };

/* What a fault may be aimed at: it comes just after the next such event of its node. */
enum sim_aim {
  SIM_AIM_NONE,
  SIM_AIM_SEND,
  SIM_AIM_RECEIVE,
  SIM_AIM_PUT, /* before it is on disk */
  SIM_AIM_RELOAD,
  SIM_AIM_NOTE,
  SIM_AIMS,
};

/* One concrete fault. A run's list of these is all there is to know of its
** faults: a run may be given one instead of drawing it. */
struct sim_fault {
  int64_t time, duration;
  int64_t amount;
  enum sim_fault_kind kind;
  int node; /* that it hits */
  int peer; /* of CUT to ONE_WAY: SIM_ALL, or a node; SIM_ANY: one that 'node' is
               connected to when the fault begins, chosen by 'choice' and then noted here */
  uint32_t choice;
  enum sim_aim aim; /* from 'time' on, for a second at most: then it comes anyway */
  bool silent;      /* of CRASH and DEATH: the machine dies too, so that no peer is told */
};

enum sim_use { SIM_MAYBE, SIM_NEVER, SIM_ALWAYS };

/* What a seed may draw of one kind. Ranges that are 0, 0 are the defaults. */
struct sim_limit {
  enum sim_use use;
  struct sim_range every; /* from one to the next of this kind */
  struct sim_range duration;
  struct sim_range amount;
  const bool *nodes; /* by number: those it may hit; NULL: all */
};

/* Kinds of events. Those from SIM_SENT on are of messages. */
enum sim_event_kind {
  SIM_START,       /* a node was booted */
  SIM_STOP,        /* a node ended: data is its status, an int */
  SIM_CRASHED,     /* data is how, an int: 0 a crash, 1 silently */
  SIM_RESTART,     /* booted after a crash */
  SIM_LOG,         /* data is an int, the level, and the line */
  SIM_NOTE,        /* data is the kind's name with its 0, and the packed fields */
  SIM_FAULT_BEGIN, /* data is the struct sim_fault */
  SIM_FAULT_END,
  SIM_HEAL,      /* the fault phase is over */
  SIM_SENT,      /* accepted from a node; data of all these: struct sim_message */
  SIM_DELIVERED, /* taken by a node */
  SIM_DROPPED,   /* lost: no room, no peer, a broken connection, a closed socket */
  SIM_EVENT_KINDS,
};

/* A message in an event. Behind it come the frames: for each a uint32_t size
** and its bytes. */
struct sim_message {
  uint64_t id; /* of the message as sent: a copy to many has one id */
  int peer;    /* the node it goes to or came from; -1 if there is none */
  int socket;  /* counts the sockets of the node */
  int type;    /* of the socket, as in zmq.h */
  int count;   /* frames */
};

struct sim_event {
  int64_t time;
  enum sim_event_kind kind;
  int node; /* -1: none */
  size_t size;
  const void *data;
};

struct sim_run_options {
  uint64_t seed;
  int64_t fault_us, quiet_us; /* how long the two phases last */
  int64_t handler_us;         /* what a handler takes */
  struct sim_range latency;   /* of a message between nodes, one way */
  int64_t bandwidth;          /* bytes a second, of each connection and direction */
  struct sim_range start;     /* when a node is booted */
  struct sim_limit limits[SIM_FAULT_KINDS];
  bool keep[SIM_EVENT_KINDS]; /* what the history keeps; the hash covers all */
  uint64_t
      max_same_runs; /* handlers without a note, a log line or a message unlike all; 0: no limit */
  uint64_t max_runs; /* handler runs before the run is given up; 0: no limit */
};

/* How a run ends. */
enum sim_end {
  SIM_DONE,     /* every node that had to end has ended */
  SIM_TIME,     /* the phases are over */
  SIM_TOO_MANY, /* max_runs */
  SIM_LIVELOCK, /* no node did anything new for max_same_runs */
  SIM_FAILED,   /* a boot failed */
};

struct sim_counts {
  uint64_t runs;     /* handlers and tasks */
  uint64_t turns;    /* calls of a node */
  uint64_t events;   /* taken from the heap: turns, deliveries, connections, faults */
  uint64_t messages; /* sent */
  uint64_t dropped;
  int64_t us; /* of virtual time */
};

#endif
