/*
** process.h - what the operating system gives a process: descriptors and signals.
*/

#ifndef HOST_REAL_OS_PROCESS_H
#define HOST_REAL_OS_PROCESS_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

/* Raise the limit of descriptors, and have writes to a closed pipe fail. */
void process_prepare(void);

/* May this process open another descriptor? libzmq aborts where it finds none,
** so some are kept in reserve. Else false, and errno is EMFILE. */
bool process_has_descriptors(void);

/* Threads that are started between the two calls get no signals. */
void process_block_signals(sigset_t *before);
void process_restore_signals(const sigset_t *before);

#endif
