/*
** watch.c - see watch.h.
*/

#include "host/real/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/list.h"
#include "host/real/loop.h"
#include "host/real/real.h"

enum { QUIET_MS = 50 };

struct folder {
  uv_fs_event_t event;
  struct list link;
  struct watch *watch;
  char path[];
};

struct watch {
  uv_timer_t quiet;
  struct list folders;
  bool (*changed)(void *arg, int looks);
  void *arg;
  int looks; /* since the last event */
};

static void quiet(uv_timer_t *timer) {
  struct watch *self = timer->data;
  if (!self->changed(self->arg, self->looks++)) uv_timer_start(timer, quiet, QUIET_MS, 0);
}

static void happened(uv_fs_event_t *event, const char *name, int events, int status) {
  (void)name, (void)events, (void)status;
  struct folder *folder = event->data;
  folder->watch->looks = 0;
  uv_timer_start(&folder->watch->quiet, quiet, QUIET_MS, 0);
}

struct watch *watch_new(struct real_loop *loop, bool (*changed)(void *arg, int looks), void *arg) {
  struct watch *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  self->changed = changed;
  self->arg = arg;
  list_init(&self->folders);
  uv_timer_init(real_loop_uv(loop), &self->quiet);
  uv_unref((uv_handle_t *)&self->quiet);
  self->quiet.data = self;
  return self;
}

static void folder_closed(uv_handle_t *handle) {
  free(handle->data);
}

int watch_folder(struct watch *self, const char *path) {
  for (struct list *link = self->folders.next; link != &self->folders; link = link->next) {
    if (strcmp(list_entry(link, struct folder, link)->path, path) == 0) return 0;
  }
  struct folder *folder = calloc(1, sizeof *folder + strlen(path) + 1);
  if (folder == NULL) return -1;
  strcpy(folder->path, path);
  folder->watch = self;
  list_init(&folder->link);
  uv_fs_event_init(self->quiet.loop, &folder->event);
  folder->event.data = folder;
  uv_unref((uv_handle_t *)&folder->event);
  int status = uv_fs_event_start(&folder->event, happened, path, 0);
  if (status != 0) {
    uv_close((uv_handle_t *)&folder->event, folder_closed);
    errno = -status;
    return -1;
  }
  list_append(&self->folders, &folder->link);
  return 0;
}

static void timer_closed(uv_handle_t *handle) {
  free(handle->data);
}

void watch_free(struct watch *self) {
  if (self == NULL) return;
  struct list *link;
  while ((link = list_shift(&self->folders)) != NULL) {
    uv_close((uv_handle_t *)&list_entry(link, struct folder, link)->event, folder_closed);
  }
  uv_close((uv_handle_t *)&self->quiet, timer_closed);
}
