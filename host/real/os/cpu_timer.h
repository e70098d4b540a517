/*
** cpu_timer.h - a timer on the calling thread's CPU time.
**
** An idle thread gets no tick, and on an overloaded machine a thread that had no
** turn is not taken for slow.
*/

#ifndef HOST_REAL_OS_CPU_TIMER_H
#define HOST_REAL_OS_CPU_TIMER_H

struct cpu_timer;

/* Have 'tick' called whenever this thread has used another 10 ms of CPU time: in a
** signal handler on this thread, between any two instructions. NULL and errno. */
struct cpu_timer *cpu_timer_new(void (*tick)(void *arg), void *arg);
void cpu_timer_free(struct cpu_timer *self); /* also NULL */

#endif
