/*
** load.h - what loads a node under test and measures it.
**
** All clocks are on this side, so a node is the same small program in C and in
** Lua and measures nothing. A load starts when the node has answered once, goes
** on for 'ms' milliseconds, and prints one line: what was done, and in how
** many seconds.
**
** A load is a program of its own (main.c: tcp, ipc) or a thread in the node's
** process (preload.c: inproc).
*/

#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stddef.h>
#include <stdint.h>

enum { LOAD_PATIENCE = 5000 }; /* ms; a node that is silent for longer has failed */

/* Run the load that these words name: "push DATA ACK SIZE MS". Ends the program
** with 2 and the usage if there is no such load. */
void load_run(void *context, int count, char **word);

/* Print the result. */
void load_report(uint64_t done, int64_t nanoseconds);

/* The loads. Their words are described in load.c. */
void load_push(void *context, char **word);
void load_pull(void *context, char **word);
void load_ping(void *context, char **word);
void load_router(void *context, char **word);
void load_relay(void *context, char **word);
void load_publish(void *context, char **word);
void load_forward(void *context, char **word);
void load_majordomo(void *context, char **word);
void load_pirate(void *context, char **word);
void load_reload(void *context, char **word);
void load_clone(void *context, char **word);
void load_snapshot(void *context, char **word);

/* Like check_connect, for a socket that gives up after LOAD_PATIENCE. */
void *load_connect(void *context, int type, const char *endpoint);

/* A body of this size: 'x' throughout. It lives as long as the program. */
char *load_body(size_t size);

#endif
