/*
** line_editor.c - see line_editor.h.
**
** The numbers are of libedit's header, which is not needed to build: they are part of its
** binary interface.
*/

#include "host/real/os/line_editor.h"

#include <dlfcn.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EL_PROMPT = 0, EL_EDITOR = 2, EL_SIGNAL = 3, EL_BIND = 4, EL_ADDFN = 9, EL_HIST = 10 };
enum { EL_CLIENTDATA = 14 };
enum { H_SETSIZE = 1, H_ENTER = 10, H_SETUNIQUE = 20 };
enum { CC_REFRESH = 4, CC_REDISPLAY = 8, CC_REFRESH_BEEP = 9 };
enum { MOST_LINES = 1000 };

struct EditLine;
struct History;

struct hist_event {
  int number;
  const char *text;
};

struct line_info {
  const char *begin, *cursor, *end;
};

/* libedit's functions. */
struct library {
  struct EditLine *(*el_init)(const char *name, FILE *in, FILE *out, FILE *err);
  void (*el_end)(struct EditLine *editor);
  int (*el_set)(struct EditLine *editor, int what, ...);
  int (*el_get)(struct EditLine *editor, int what, ...);
  const char *(*el_gets)(struct EditLine *editor, int *count);
  const struct line_info *(*el_line)(struct EditLine *editor);
  int (*el_insertstr)(struct EditLine *editor, const char *text);
  struct History *(*history_init)(void);
  void (*history_end)(struct History *history);
  int (*history)(struct History *history, struct hist_event *event, int what, ...);
};

struct line_editor {
  struct library edit;
  void *library;
  struct EditLine *editor;
  struct History *history;
  const char *prompt;
  line_complete *complete;
  void *arg;
};

static bool load(struct line_editor *self) {
  static const char *const names[] = {"libedit.so.2", "libedit.so.0"};
  struct library *edit = &self->edit;
  for (size_t i = 0; self->library == NULL && i < sizeof names / sizeof *names; i++) {
    self->library = dlopen(names[i], RTLD_NOW | RTLD_GLOBAL);
  }
  const struct {
    void *place; /* of a pointer to a function */
    const char *name;
  } wanted[] = {
      {&edit->el_init, "el_init"},
      {&edit->el_end, "el_end"},
      {&edit->el_set, "el_set"},
      {&edit->el_get, "el_get"},
      {&edit->el_gets, "el_gets"},
      {&edit->el_line, "el_line"},
      {&edit->el_insertstr, "el_insertstr"},
      {&edit->history_init, "history_init"},
      {&edit->history_end, "history_end"},
      {&edit->history, "history"},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    void *symbol = self->library != NULL ? dlsym(self->library, wanted[i].name) : NULL;
    if (symbol == NULL) return false;
    memcpy(wanted[i].place, &symbol, sizeof symbol);
  }
  return true;
}

/* The editor's client. What libedit calls gets nothing but the editor, so its functions are
** looked up: they are global. */
static struct line_editor *client_of(struct EditLine *editor) {
  int (*el_get)(struct EditLine *, int, ...);
  void *symbol = dlsym(RTLD_DEFAULT, "el_get");
  memcpy(&el_get, &symbol, sizeof symbol);
  struct line_editor *self = NULL;
  el_get(editor, EL_CLIENTDATA, &self);
  return self;
}

static const char *prompt(struct EditLine *editor) {
  return client_of(editor)->prompt;
}

static unsigned char complete(struct EditLine *editor, int key) {
  (void)key;
  struct line_editor *self = client_of(editor);
  const struct line_info *line = self->edit.el_line(editor);
  struct line_completion completion = {"", ""};
  self->complete(self->arg, line->begin, (size_t)(line->cursor - line->begin), &completion);
  if (completion.insert[0] != '\0') {
    return self->edit.el_insertstr(editor, completion.insert) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
  }
  if (completion.choices[0] == '\0') return CC_REFRESH_BEEP;
  printf("\n%s\n", completion.choices);
  fflush(stdout);
  return CC_REDISPLAY;
}

static void set_up(struct line_editor *self) {
  struct library *edit = &self->edit;
  struct hist_event event;
  edit->history(self->history, &event, H_SETSIZE, (int)MOST_LINES);
  edit->history(self->history, &event, H_SETUNIQUE, 1);
  edit->el_set(self->editor, EL_CLIENTDATA, self);
  edit->el_set(self->editor, EL_PROMPT, prompt);
  edit->el_set(self->editor, EL_EDITOR, "emacs");
  edit->el_set(self->editor, EL_SIGNAL, 1);
  edit->el_set(self->editor, EL_HIST, edit->history, self->history);
  edit->el_set(self->editor, EL_ADDFN, "complete", "complete the name", complete);
  edit->el_set(self->editor, EL_BIND, "^I", "complete", NULL);
  edit->el_set(self->editor, EL_BIND, "^R", "em-inc-search-prev", NULL);
}

struct line_editor *line_editor_new(line_complete *completing, void *arg) {
  struct line_editor *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->complete = completing;
  self->arg = arg;
  if (load(self)) {
    setlocale(LC_CTYPE, ""); /* which characters there are */
    self->editor = self->edit.el_init("sloop", stdin, stdout, stderr);
    self->history = self->edit.history_init();
  }
  if (self->editor != NULL && self->history != NULL) {
    set_up(self);
    return self;
  }
  line_editor_free(self);
  return NULL;
}

void line_editor_free(struct line_editor *self) {
  if (self == NULL) return;
  if (self->editor != NULL) self->edit.el_end(self->editor);
  if (self->history != NULL) self->edit.history_end(self->history);
  if (self->library != NULL) dlclose(self->library);
  free(self);
}

const char *line_editor_read(struct line_editor *self, const char *text, size_t *size) {
  int count = 0;
  self->prompt = text;
  const char *line = self->edit.el_gets(self->editor, &count);
  if (line == NULL || count <= 0) return NULL;
  *size = strlen(line);
  while (*size > 0 && (line[*size - 1] == '\n' || line[*size - 1] == '\r')) (*size)--;
  return line;
}

void line_editor_add(struct line_editor *self, const char *line) {
  struct hist_event event;
  self->edit.history(self->history, &event, H_ENTER, line);
}
