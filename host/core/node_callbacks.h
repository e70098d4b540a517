/*
** node_callbacks.h - what a node asks of its script.
**
** The bindings fill this struct in; the host never sees Lua. Nothing here
** raises or jumps: a script's errors are reported by the bindings.
*/

#ifndef HOST_CORE_NODE_CALLBACKS_H
#define HOST_CORE_NODE_CALLBACKS_H

#include <stdbool.h>

struct script;

struct script_functions {
  /* Begin: run 'init', then call node_started. */
  void (*start)(struct script *script);
  /* Handlers may now be called. */
  void (*started)(struct script *script);
  /* Run the task that has been runnable for longest, or go on with the one that
  ** computes; false if there is none. */
  bool (*run)(struct script *script);
  void (*signal)(struct script *script, int number);
  /* Begin the end: run 'stop', then call node_finish. */
  void (*stop)(struct script *script);
  /* Close every task and every socket. */
  void (*close)(struct script *script);
};

#endif
