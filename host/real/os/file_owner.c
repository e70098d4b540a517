/*
** file_owner.c - see file_owner.h.
*/

#include "host/real/os/file_owner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_SIZE = 128 };

/* The part of a path before its last '/'; false when there is none, or it is too long. */
static bool folder_of(const char *path, char *folder) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL || slash - path >= PATH_MAX) return false;
  size_t size = slash == path ? 1 : (size_t)(slash - path);
  memcpy(folder, path, size);
  folder[size] = '\0';
  return true;
}

int file_owner_sync_folder(const char *path) {
  char folder[PATH_MAX];
  if (!folder_of(path, folder)) snprintf(folder, sizeof folder, ".");
  int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return -1;
  int status = fsync(file);
  int reason = errno;
  close(file);
  errno = reason;
  return status;
}

/* Make the folder of this path, and those it is in. */
static int make_folders(const char *path) {
  char folder[PATH_MAX];
  if (!folder_of(path, folder)) return 0;
  if (mkdir(folder, 0700) == 0) return file_owner_sync_folder(folder);
  if (errno == EEXIST) return 0;
  if (errno != ENOENT || make_folders(folder) != 0) return -1;
  if (mkdir(folder, 0700) != 0 && errno != EEXIST) return -1;
  return file_owner_sync_folder(folder);
}

static int refuse(char *reason, size_t room, const char *path, const char *why) {
  snprintf(reason, room, "%s: %s", path, why);
  return -1;
}

/* The owner, as it wrote itself down. */
static int refuse_second(int lock, char *reason, size_t room, const char *path) {
  char name[NAME_SIZE];
  ssize_t size = pread(lock, name, sizeof name - 1, 0);
  name[size > 0 ? size : 0] = '\0';
  name[strcspn(name, "\n")] = '\0';
  snprintf(reason, room, "%s is in use by %s", path, name[0] != '\0' ? name : "another process");
  return -1;
}

static int write_name(int lock, const char *name) {
  char text[NAME_SIZE];
  int size = snprintf(text, sizeof text, "%.80s (process %ld)\n", name, (long)getpid());
  if (ftruncate(lock, 0) != 0) return -1;
  return pwrite(lock, text, (size_t)size, 0) == size ? 0 : -1;
}

int file_owner_take(const char *path, const char *name, char *reason, size_t room) {
  char beside[PATH_MAX];
  if (make_folders(path) != 0) return refuse(reason, room, path, strerror(errno));
  if (snprintf(beside, sizeof beside, "%s.lock", path) >= (int)sizeof beside) {
    return refuse(reason, room, path, strerror(ENAMETOOLONG));
  }
  int lock = open(beside, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0) return refuse(reason, room, beside, strerror(errno));
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      refuse_second(lock, reason, room, path);
    } else {
      refuse(reason, room, beside, strerror(errno));
    }
  } else if (write_name(lock, name) != 0) {
    refuse(reason, room, beside, errno != 0 ? strerror(errno) : "cannot be written");
  } else {
    return lock;
  }
  close(lock);
  return -1;
}

void file_owner_release(int lock) {
  if (lock >= 0) close(lock);
}
