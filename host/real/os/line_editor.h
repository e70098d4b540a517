/*
** line_editor.h - lines typed at a terminal, edited, completed and recalled: libedit, if the
** system has it when it is wanted.
*/

#ifndef HOST_REAL_OS_LINE_EDITOR_H
#define HOST_REAL_OS_LINE_EDITOR_H

#include <stddef.h>

struct line_editor;

/* How a line may go on. */
struct line_completion {
  char insert[256];   /* what is to be typed; "" when that is not clear */
  char choices[4096]; /* then, what there is, to be shown; "" when there is nothing */
};

/* Called with the line up to the cursor; fills in 'completion', which is empty. */
typedef void line_complete(void *arg, const char *text, size_t size,
                           struct line_completion *completion);

/* For the program's terminal. NULL: libedit is not there, or memory is short. */
struct line_editor *line_editor_new(line_complete *complete, void *arg);
void line_editor_free(struct line_editor *self); /* NULL is allowed */

/* Wait for a line, after this prompt: without its end of line, valid until the next call; NULL
** at the end of the input. */
const char *line_editor_read(struct line_editor *self, const char *prompt, size_t *size);

/* Have it recalled as the latest. */
void line_editor_add(struct line_editor *self, const char *line);

#endif
