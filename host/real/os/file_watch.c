/*
** file_watch.c - see file_watch.h.
*/

#include "host/real/os/file_watch.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/core/list.h"
#include "host/real/os/watched_path.h"

enum { QUIET_MS = 50 };

/* A file that is watched, by its absolute path. */
struct file {
  struct list link;
  char path[];
};

/* A name in a folder, on the way to one of the files. */
struct step {
  uv_fs_event_t event;
  struct list link;
  struct file_watch *watch;
  dev_t device; /* of the folder: its path may come to mean another */
  ino_t inode;
  bool used;  /* it is still on the way */
  bool stale; /* the folder itself was removed or moved: it may be watched no more */
  const char *name;
  char folder[];
};

struct file_watch {
  uv_timer_t quiet;
  struct list files, steps;
  bool (*changed)(void *arg, int looks);
  void *arg;
  int looks;           /* since the last event */
  char home[PATH_MAX]; /* the working folder; "" if it is unknown */
  struct stat home_status;
};

static void quiet(uv_timer_t *timer);

/* ---- steps ---- */

/* An event of the folder itself has the folder's name. */
static void happened(uv_fs_event_t *event, const char *name, int events, int status) {
  (void)status;
  struct step *step = event->data;
  bool is_folder = name == NULL || strcmp(name, strrchr(step->folder, '/') + 1) == 0;
  if (is_folder && (events & UV_RENAME)) step->stale = true;
  if (!is_folder && strcmp(name, step->name) != 0) return;
  step->watch->looks = 0;
  uv_timer_start(&step->watch->quiet, quiet, QUIET_MS, 0);
}

static void step_closed(uv_handle_t *handle) {
  free(handle->data);
}

static void close_step(struct step *step) {
  list_remove(&step->link);
  uv_close((uv_handle_t *)&step->event, step_closed);
}

static bool is_step(const struct step *step, const char *folder, const char *name,
                    const struct stat *status) {
  return !step->stale && step->inode == status->st_ino && step->device == status->st_dev &&
         strcmp(step->name, name) == 0 && strcmp(step->folder, folder) == 0;
}

/* A folder that is missing or may not be read can't be watched: then an event of the step
** before it comes when that changes. */
static void take_step(void *arg, const char *folder, const char *name) {
  struct file_watch *self = arg;
  struct stat status;
  if (stat(folder, &status) != 0) return;
  for (struct list *link = self->steps.next; link != &self->steps; link = link->next) {
    struct step *step = list_entry(link, struct step, link);
    if (!is_step(step, folder, name, &status)) continue;
    step->used = true;
    return;
  }
  size_t size = strlen(folder) + 1;
  struct step *step = calloc(1, sizeof *step + size + strlen(name) + 1);
  if (step == NULL) return;
  step->watch = self;
  step->device = status.st_dev;
  step->inode = status.st_ino;
  step->used = true;
  strcpy(step->folder, folder);
  step->name = strcpy(step->folder + size, name);
  list_init(&step->link);
  uv_fs_event_init(self->quiet.loop, &step->event);
  step->event.data = step;
  uv_unref((uv_handle_t *)&step->event);
  list_append(&self->steps, &step->link);
  if (uv_fs_event_start(&step->event, happened, folder, 0) != 0) close_step(step);
}

/* Watch what is on the way to the files now, and nothing else. */
static void follow(struct file_watch *self) {
  struct list *next;
  for (struct list *link = self->steps.next; link != &self->steps; link = link->next)
    list_entry(link, struct step, link)->used = false;
  for (struct list *link = self->files.next; link != &self->files; link = link->next)
    watched_path_follow(list_entry(link, struct file, link)->path, take_step, self);
  for (struct list *link = self->steps.next; link != &self->steps; link = next) {
    struct step *step = list_entry(link, struct step, link);
    next = link->next;
    if (!step->used) close_step(step);
  }
}

/* ---- looks ---- */

static bool is_same(const struct stat *a, const struct stat *b) {
  return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* A script that went elsewhere stays there. */
static void go_home(struct file_watch *self) {
  struct stat here, home;
  if (stat(self->home, &home) != 0 || is_same(&home, &self->home_status)) return;
  if (stat(".", &here) != 0 || !is_same(&here, &self->home_status)) return;
  if (chdir(self->home) == 0) self->home_status = home;
}

static void quiet(uv_timer_t *timer) {
  struct file_watch *self = timer->data;
  go_home(self);
  follow(self); /* before the look, so that what changes after it is noticed */
  if (!self->changed(self->arg, self->looks++)) uv_timer_start(timer, quiet, QUIET_MS, 0);
}

struct file_watch *file_watch_new(uv_loop_t *loop, bool (*changed)(void *arg, int looks),
                                  void *arg) {
  struct file_watch *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->changed = changed;
  self->arg = arg;
  if (getcwd(self->home, sizeof self->home) == NULL || stat(self->home, &self->home_status) != 0)
    *self->home = '\0';
  list_init(&self->files);
  list_init(&self->steps);
  uv_timer_init(loop, &self->quiet);
  uv_unref((uv_handle_t *)&self->quiet);
  self->quiet.data = self;
  return self;
}

int file_watch_add(struct file_watch *self, const char *path) {
  const char *home = *path == '/' ? "" : self->home;
  size_t size = strlen(home) + 1 + strlen(path) + 1;
  struct file *file = calloc(1, sizeof *file + size);
  if (file == NULL) return -1;
  snprintf(file->path, size, "%s/%s", home, path);
  for (struct list *link = self->files.next; link != &self->files; link = link->next) {
    if (strcmp(list_entry(link, struct file, link)->path, file->path) != 0) continue;
    free(file);
    return 0;
  }
  list_init(&file->link);
  list_append(&self->files, &file->link);
  watched_path_follow(file->path, take_step, self);
  return 0;
}

static void timer_closed(uv_handle_t *handle) {
  free(handle->data);
}

void file_watch_free(struct file_watch *self) {
  if (self == NULL) return;
  struct list *link;
  while ((link = list_shift(&self->files)) != NULL) free(list_entry(link, struct file, link));
  while ((link = list_first(&self->steps)) != NULL) close_step(list_entry(link, struct step, link));
  uv_close((uv_handle_t *)&self->quiet, timer_closed);
}
