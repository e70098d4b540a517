/*
** control_service.h - what is asked of a running node from beside its events: questions
** of 'sloop ctl', and that its files have changed.
**
** Both are answered in scripts/, in the node's own state and on its thread.
*/

#ifndef BINDINGS_PROGRAM_CONTROL_SERVICE_H
#define BINDINGS_PROGRAM_CONTROL_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

struct script;
struct file_watch;

/* Answer a question, which is plain data as bytes, by one call of 'give'; with
** nothing when the question cannot be answered, and then the log says why. */
void control_service_answer(struct script *script, const char *bytes, size_t size,
                    void (*give)(void *arg, const char *bytes, size_t size), void *arg);

/* Files may have changed, and this is the look at them of that number; false:
** look again soon. */
bool control_service_changed(struct script *script, int looks);

/* Watch all files the node was loaded from. */
void control_service_watch_files(struct script *script, struct file_watch *watch);

#endif
