/*
** control_folder.c - see control_folder.h.
*/

#include "host/real/os/control_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ELSEWHERE "set XDG_RUNTIME_DIR to a folder of yours, or --control=PATH"

bool control_folder_path(char path[CONTROL_PATH_SIZE], char *reason) {
  const char *runtime = getenv("XDG_RUNTIME_DIR"), *temporary = getenv("TMPDIR");
  char user[64];
  struct stat info;
  snprintf(user, sizeof user, "/run/user/%u", (unsigned)getuid());
  if (runtime == NULL || *runtime == '\0') runtime = stat(user, &info) == 0 ? user : NULL;
  if (temporary == NULL || *temporary == '\0') temporary = "/tmp";
  int size = runtime != NULL
                 ? snprintf(path, CONTROL_PATH_SIZE, "%s/sloop", runtime)
                 : snprintf(path, CONTROL_PATH_SIZE, "%s/sloop-%u", temporary, (unsigned)getuid());
  if (size < CONTROL_PATH_SIZE) return true;
  snprintf(reason, CONTROL_REASON_SIZE,
           "the path of %s is %d bytes long, at most %d work: " ELSEWHERE,
           runtime != NULL ? "XDG_RUNTIME_DIR" : "TMPDIR", size, CONTROL_PATH_SIZE - 1);
  return false;
}

bool control_folder_is_safe(const char *path, char *reason) {
  struct stat info;
  *reason = '\0';
  if (lstat(path, &info) != 0) {
    if (errno != ENOENT) snprintf(reason, CONTROL_REASON_SIZE, "%s: %s", path, strerror(errno));
  } else if (!S_ISDIR(info.st_mode)) {
    snprintf(reason, CONTROL_REASON_SIZE, "%s is no folder: " ELSEWHERE, path);
  } else if (info.st_uid != geteuid()) {
    snprintf(reason, CONTROL_REASON_SIZE, "%s belongs to another user (%u): " ELSEWHERE, path,
             (unsigned)info.st_uid);
  } else if ((info.st_mode & 077) != 0) {
    snprintf(reason, CONTROL_REASON_SIZE, "%s is open to other users (mode %03o): 'chmod 700 %s'",
             path, info.st_mode & 0777u, path);
  } else {
    return true;
  }
  return false;
}

bool control_folder_make(const char *path, char *reason) {
  if (mkdir(path, 0700) == 0 || errno == EEXIST) return control_folder_is_safe(path, reason);
  snprintf(reason, CONTROL_REASON_SIZE, "cannot make %s: %s", path, strerror(errno));
  return false;
}
