/*
** control_service.h - answers the requests of 'sloop ctl' to a running node, in the
** node's own state and on its thread.
*/

#ifndef BINDINGS_PROGRAM_CONTROL_SERVICE_H
#define BINDINGS_PROGRAM_CONTROL_SERVICE_H

#include <stddef.h>

struct script;

/* Answer a request, which is plain data as bytes, by one call of 'give'; with
** nothing when it cannot be answered, and then the log says why. */
void control_service_answer(struct script *script, const char *bytes, size_t size,
                            void (*give)(void *arg, const char *bytes, size_t size), void *arg);

#endif
