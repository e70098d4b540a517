/*
** line_reader.h - lines of a file that others may share: a terminal, a pipe, a socket, a
** file on a disk.
**
** The file that was given is left as it is: that a shell shares it is why it is not set to
** be nonblocking. Reading never waits, and never stops a process of the background. What
** was read and not taken stays here.
*/

#ifndef HOST_REAL_OS_LINE_READER_H
#define HOST_REAL_OS_LINE_READER_H

#include <stdbool.h>

#include "host/core/world.h"

struct line_reader;

/* NULL and errno. */
struct line_reader *line_reader_new(int file);
void line_reader_free(struct line_reader *self); /* NULL is allowed */

/* As world_input_functions.take. */
enum world_line_kind line_reader_take(struct line_reader *self, struct world_line *line);

/* A descriptor that is readable, once, when there may be more after WORLD_LINE_NONE; -1 for a
** file that never makes wait: it is asked again soon. */
int line_reader_descriptor(const struct line_reader *self);
/* Is this process in the background of its terminal, so that it may not read it now? */
bool line_reader_is_in_background(const struct line_reader *self);
/* Have the descriptor tell of the next time; and take in that it has. */
void line_reader_watch(struct line_reader *self);
void line_reader_seen(struct line_reader *self);

#endif
