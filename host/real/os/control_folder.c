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

#define ELSEWHERE "set SLOOP_RUNTIME_DIR to a folder of yours, or --control=PATH"

/* A variable of the environment that is set, and not to nothing. */
static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value != NULL && *value != '\0' ? value : NULL;
}

static const char *user_folder(char folder[64]) {
  struct stat info;
  snprintf(folder, 64, "/run/user/%u", (unsigned)getuid());
  return stat(folder, &info) == 0 ? folder : NULL;
}

/* "RUNTIME/sloop", or "TEMPORARY/sloop-UID"; how long that is. */
static int put_below_runtime(char *path, const char *runtime) {
  return snprintf(path, CONTROL_PATH_SIZE, "%s/sloop", runtime);
}

static int put_below_temporary(char *path, const char *temporary) {
  return snprintf(path, CONTROL_PATH_SIZE, "%s/sloop-%u", temporary, (unsigned)getuid());
}

bool control_folder_path(char path[CONTROL_PATH_SIZE], char *reason) {
  const char *own = variable("SLOOP_RUNTIME_DIR"), *runtime = variable("XDG_RUNTIME_DIR");
  const char *temporary = variable("TMPDIR");
  const char *name = own != NULL       ? "SLOOP_RUNTIME_DIR"
                     : runtime != NULL ? "XDG_RUNTIME_DIR"
                                       : "TMPDIR";
  char user[64];
  if (runtime == NULL) runtime = user_folder(user);
  int size = own != NULL       ? snprintf(path, CONTROL_PATH_SIZE, "%s", own)
             : runtime != NULL ? put_below_runtime(path, runtime)
                               : put_below_temporary(path, temporary != NULL ? temporary : "/tmp");
  if (size < CONTROL_PATH_SIZE) return true;
  snprintf(reason, CONTROL_REASON_SIZE,
           "the path of %s is %d bytes long, at most %d work: " ELSEWHERE, name, size,
           CONTROL_PATH_SIZE - 1);
  return false;
}

/* Count the path behind the first 'count', if it fits, is safe and is not among them. */
static int add_folder(char paths[][CONTROL_PATH_SIZE], int count, int size) {
  char reason[CONTROL_REASON_SIZE];
  if (size >= CONTROL_PATH_SIZE || !control_folder_is_safe(paths[count], reason)) return count;
  for (int i = 0; i < count; i++) {
    if (strcmp(paths[i], paths[count]) == 0) return count;
  }
  return count + 1;
}

int control_folder_all(char paths[CONTROL_FOLDERS][CONTROL_PATH_SIZE]) {
  const char *own = variable("SLOOP_RUNTIME_DIR"), *runtime = variable("XDG_RUNTIME_DIR");
  const char *temporary = variable("TMPDIR");
  char user[64];
  if (own != NULL) {
    return add_folder(paths, 0, snprintf(paths[0], CONTROL_PATH_SIZE, "%s", own));
  }
  int count = 0;
  if (runtime != NULL) {
    count = add_folder(paths, count, put_below_runtime(paths[count], runtime));
  }
  runtime = user_folder(user);
  if (runtime != NULL) {
    count = add_folder(paths, count, put_below_runtime(paths[count], runtime));
  }
  if (temporary != NULL) {
    count = add_folder(paths, count, put_below_temporary(paths[count], temporary));
  }
  return add_folder(paths, count, put_below_temporary(paths[count], "/tmp"));
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
