/*
** watched_path.c - see watched_path.h.
*/

#include "host/real/os/watched_path.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINKS_MAX = 40 }; /* as many as Linux follows */

/* Take the first name off 'rest'; false when there is none, or none that could be. */
static bool take_name(char *rest, char name[NAME_MAX + 1]) {
  size_t slashes = strspn(rest, "/");
  size_t size = strcspn(rest + slashes, "/");
  if (size == 0 || size > NAME_MAX) return false;
  memcpy(name, rest + slashes, size);
  name[size] = '\0';
  memmove(rest, rest + slashes + size, strlen(rest + slashes + size) + 1);
  return true;
}

static bool join(char path[PATH_MAX], const char *first, const char *second) {
  return snprintf(path, PATH_MAX, "%s/%s", first, second) < PATH_MAX;
}

void watched_path_follow(const char *path,
                         void (*step)(void *arg, const char *folder, const char *name), void *arg) {
  char folder[PATH_MAX] = "", rest[PATH_MAX], full[PATH_MAX], target[PATH_MAX], name[NAME_MAX + 1];
  int links = 0;
  if (!join(rest, "", path)) return;
  while (take_name(rest, name)) {
    if (strcmp(name, ".") == 0) continue;
    if (strcmp(name, "..") == 0) {
      char *last = strrchr(folder, '/');
      if (last != NULL) *last = '\0';
      continue;
    }
    step(arg, *folder != '\0' ? folder : "/", name);
    if (!join(full, folder, name)) return;
    ssize_t size = readlink(full, target, sizeof target - 1);
    if (size < 0) { /* no link, or nothing yet */
      strcpy(folder, full);
      continue;
    }
    target[size] = '\0';
    if (++links > LINKS_MAX || !join(full, target, rest)) return;
    strcpy(rest, full);
    if (*target == '/') *folder = '\0';
  }
}
