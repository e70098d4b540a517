/*
** ipc_lock.c - see ipc_lock.h.
*/

#include "host/real/ipc_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SCHEME "ipc://"
#define SUFFIX ".lock"

enum { SCHEME_SIZE = sizeof SCHEME - 1 };

struct ipc_lock {
  struct list link;
  int fd;
  bool bound;
  bool ours;    /* the file is a lock: not an unrelated one of this name */
  dev_t device; /* the socket file, once bound */
  ino_t inode;
  char *path; /* of the lock; of the socket when cut at path_size */
  size_t path_size;
};

/* The path that this endpoint stands for; NULL if it isn't in the file system,
** or is libzmq's to choose, or isn't good, which is libzmq's to say. */
static const char *path_of(const char *endpoint) {
  if (strncmp(endpoint, SCHEME, SCHEME_SIZE) != 0) return NULL;
  const char *path = endpoint + SCHEME_SIZE;
  if (*path == '\0' || *path == '@' || strcmp(path, "*") == 0) return NULL;
  return strlen(path) < sizeof((struct sockaddr_un *)0)->sun_path ? path : NULL;
}

static void socket_path(const struct ipc_lock *self, char *path) {
  memcpy(path, self->path, self->path_size);
  path[self->path_size] = '\0';
}

/* What is in a file of ours, so that no other is deleted for its name. */
#define MARK "sloop lock\n"

/* Is it empty and new, or a lock that was left behind? */
static bool mark(int fd) {
  char text[sizeof MARK];
  ssize_t size = pread(fd, text, sizeof text, 0);
  if (size == 0) return pwrite(fd, MARK, sizeof MARK - 1, 0) == (ssize_t)sizeof MARK - 1;
  return size == (ssize_t)sizeof MARK - 1 && memcmp(text, MARK, sizeof MARK - 1) == 0;
}

/* Open and lock the file. Its last holder may delete it in between, so it must
** still be the one that others find. 0, or -1 and errno. */
static int lock_file(struct ipc_lock *self) {
  for (;;) {
    self->fd = open(self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (self->fd < 0) return -1;
    struct stat ours, found;
    if (flock(self->fd, LOCK_EX | LOCK_NB) != 0) {
      int reason = errno == EWOULDBLOCK ? EADDRINUSE : errno;
      close(self->fd);
      errno = reason;
      return -1;
    }
    if (fstat(self->fd, &ours) == 0 && stat(self->path, &found) == 0 &&
        ours.st_dev == found.st_dev && ours.st_ino == found.st_ino) {
      self->ours = mark(self->fd);
      return 0;
    }
    close(self->fd);
  }
}

/* Does a process listen there? One without our locks may. */
static bool is_alive(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, path); /* path_of has measured it */
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;
  bool refused = connect(fd, (struct sockaddr *)&address, sizeof address) != 0 &&
                 (errno == ECONNREFUSED || errno == ENOENT);
  close(fd);
  return !refused;
}

/* What is in the place must be a socket without a listener, or nothing. */
static int check_place(const char *path) {
  struct stat found;
  if (lstat(path, &found) != 0) return errno == ENOENT ? 0 : -1;
  if (!S_ISSOCK(found.st_mode)) {
    errno = EEXIST;
    return -1;
  }
  if (is_alive(path)) {
    errno = EADDRINUSE;
    return -1;
  }
  return 0;
}

static struct ipc_lock *new_lock(const char *path) {
  struct ipc_lock *self = calloc(1, sizeof *self);
  if (self == NULL) return NULL;
  list_init(&self->link);
  self->path_size = strlen(path);
  self->path = malloc(self->path_size + sizeof SUFFIX);
  if (self->path == NULL) {
    free(self);
    return NULL;
  }
  memcpy(self->path, path, self->path_size);
  memcpy(self->path + self->path_size, SUFFIX, sizeof SUFFIX);
  return self;
}

static void free_lock(struct ipc_lock *self) {
  free(self->path);
  free(self);
}

int ipc_lock_take(const char *endpoint, struct ipc_lock **lock) {
  *lock = NULL;
  const char *path = path_of(endpoint);
  if (path == NULL) return 0;
  struct ipc_lock *self = new_lock(path);
  if (self == NULL) return -1;
  if (lock_file(self) != 0) {
    int reason = errno;
    free_lock(self);
    errno = reason;
    return -1;
  }
  if (check_place(path) != 0) {
    int reason = errno;
    ipc_lock_release(self);
    errno = reason;
    return -1;
  }
  *lock = self;
  return 0;
}

void ipc_lock_keep(struct ipc_lock *self, struct list *locks) {
  char path[sizeof((struct sockaddr_un *)0)->sun_path];
  socket_path(self, path);
  struct stat found;
  self->bound = lstat(path, &found) == 0;
  if (self->bound) {
    self->device = found.st_dev;
    self->inode = found.st_ino;
  }
  list_append(locks, &self->link);
}

/* The listener ends on a thread of libzmq, some time after it was told to. The
** path is removed now, so that it can be bound again at once. */
static void remove_socket(const struct ipc_lock *self) {
  char path[sizeof((struct sockaddr_un *)0)->sun_path];
  socket_path(self, path);
  struct stat found;
  if (lstat(path, &found) == 0 && found.st_dev == self->device && found.st_ino == self->inode) {
    unlink(path);
  }
}

void ipc_lock_release(struct ipc_lock *self) {
  list_remove(&self->link);
  if (self->bound) remove_socket(self);
  if (self->ours) unlink(self->path);
  close(self->fd);
  free_lock(self);
}

void ipc_lock_release_from(struct list *locks, const char *endpoint) {
  const char *path = path_of(endpoint);
  if (path == NULL) return;
  for (struct list *link = locks->next; link != locks; link = link->next) {
    struct ipc_lock *self = list_entry(link, struct ipc_lock, link);
    if (strlen(path) == self->path_size && memcmp(path, self->path, self->path_size) == 0) {
      ipc_lock_release(self);
      return;
    }
  }
}

void ipc_lock_release_all(struct list *locks) {
  struct list *link;
  while ((link = list_first(locks)) != NULL) {
    ipc_lock_release(list_entry(link, struct ipc_lock, link));
  }
}
