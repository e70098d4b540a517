/*
** preload.c - for LD_PRELOAD: records what a program does to the files of its stores, or
** has it fail.
**
** DISK_LOG     the file that the records go to: see record()
** DISK_DEAF    set: syncs are neither done nor recorded, as with synchronous=OFF
** DISK_CONTROL a file that says what goes wrong now, a word a line: "eio" syncs fail,
**              "enospc" writes fail, "slow MS" syncs take longer
**
** Concerned are files with ".sqlite" in their names, and their folders; SQLite's index in
** shared memory is left out: it is made anew after a crash. Opening a file that ends in
** ".mark" is how a program says something of itself: that is recorded too.
*/

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAX_FILES = 1024, PATH_SIZE = 512 };

static char paths[MAX_FILES][PATH_SIZE]; /* by descriptor; "": of no concern */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_file = -1;

#define REAL(name) ((__typeof__(&(name)))real(#name))

static void *real(const char *name) {
  return dlsym(RTLD_NEXT, name);
}

static bool ends_with(const char *text, const char *end) {
  size_t size = strlen(text), tail = strlen(end);
  return size >= tail && strcmp(text + size - tail, end) == 0;
}

static bool concerns(const char *path) {
  if (ends_with(path, "-shm") || ends_with(path, ".lock")) return false;
  return strstr(path, ".sqlite") != NULL;
}

static const char *path_of(int file) {
  return file >= 0 && file < MAX_FILES && paths[file][0] != '\0' ? paths[file] : NULL;
}

/* A record: its kind, the path's size, a number, the data's size; the path; the data. Kinds: 'W'
** written at the number, 'T' cut to it, 'S' synced, 'C' created, 'U' removed, 'M' a mark. */
static void record(char kind, const char *path, int64_t number, const void *data, size_t size) {
  const char *name = getenv("DISK_LOG");
  if (name == NULL) return;
  pthread_mutex_lock(&lock);
  if (log_file < 0) {
    log_file = REAL(open)(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
  struct __attribute__((packed)) {
    char kind;
    uint16_t path_size;
    int64_t number;
    uint32_t size;
  } head = {kind, (uint16_t)strlen(path), number, (uint32_t)size};
  struct iovec parts[] = {
      {&head, sizeof head}, {(void *)path, head.path_size}, {(void *)data, size}};
  if (writev(log_file, parts, 3) < 0) abort();
  pthread_mutex_unlock(&lock);
}

/* Is this word in the control file? The number behind it. */
static bool is_told(const char *word, int *number) {
  const char *name = getenv("DISK_CONTROL");
  char text[128];
  if (name == NULL) return false;
  int file = REAL(open)(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t size = read(file, text, sizeof text - 1);
  REAL(close)(file);
  text[size > 0 ? size : 0] = '\0';
  const char *found = strstr(text, word);
  if (found != NULL && number != NULL) *number = atoi(found + strlen(word));
  return found != NULL;
}

/* ---- opening and closing ---- */

static int opened(int file, const char *path, bool existed) {
  if (file < 0 || file >= MAX_FILES) return file;
  struct stat status;
  bool folder = fstat(file, &status) == 0 && S_ISDIR(status.st_mode);
  snprintf(paths[file], PATH_SIZE, "%s", folder || concerns(path) ? path : "");
  if (!existed && concerns(path)) record('C', path, 0, NULL, 0);
  return file;
}

static int open_as(int (*act)(const char *path, int flags, ...), const char *path, int flags,
                   int mode) {
  bool existed = access(path, F_OK) == 0;
  return opened(act(path, flags, mode), path, existed);
}

/* Under other names, since the headers declare them with "..."; the mode is an argument like
** the others where this runs. */
int open_file(const char *path, int flags, int mode) __asm__("open");
int open_file64(const char *path, int flags, int mode) __asm__("open64");

int open_file(const char *path, int flags, int mode) {
  return open_as(REAL(open), path, flags, mode);
}

int open_file64(const char *path, int flags, int mode) {
  return open_as(REAL(open64), path, flags, mode);
}

int close(int file) {
  if (file >= 0 && file < MAX_FILES) paths[file][0] = '\0';
  return REAL(close)(file);
}

FILE *fopen(const char *path, const char *mode) {
  if (ends_with(path, ".mark")) record('M', path, 0, NULL, 0);
  return REAL(fopen)(path, mode);
}

FILE *fopen64(const char *path, const char *mode) {
  return fopen(path, mode);
}

/* ---- writing ---- */

static bool is_full(const char *path) {
  if (path == NULL || !is_told("enospc", NULL)) return false;
  errno = ENOSPC;
  return true;
}

#define PWRITE(name, offset_type)                                                      \
  ssize_t name(int file, const void *data, size_t size, offset_type offset) {          \
    const char *path = path_of(file);                                                  \
    if (is_full(path)) return -1;                                                      \
    ssize_t written = REAL(name)(file, data, size, offset);                            \
    if (path != NULL && written > 0) record('W', path, offset, data, (size_t)written); \
    return written;                                                                    \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int file, const void *data, size_t size) {
  const char *path = path_of(file);
  if (is_full(path)) return -1;
  ssize_t written = REAL(write)(file, data, size);
  if (path != NULL && written > 0) {
    record('W', path, lseek(file, 0, SEEK_CUR) - written, data, (size_t)written);
  }
  return written;
}

#define TRUNCATE(name, offset_type)                                    \
  int name(int file, offset_type size) {                               \
    int status = REAL(name)(file, size);                               \
    const char *path = path_of(file);                                  \
    if (path != NULL && status == 0) record('T', path, size, NULL, 0); \
    return status;                                                     \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int unlink(const char *path) {
  int status = REAL(unlink)(path);
  if (status == 0 && concerns(path)) record('U', path, 0, NULL, 0);
  return status;
}

/* ---- syncing ---- */

static int sync_file(int file, int (*act)(int file)) {
  const char *path = path_of(file);
  if (path == NULL) return act(file);
  if (getenv("DISK_DEAF") != NULL) return 0;
  if (is_told("eio", NULL)) {
    errno = EIO;
    return -1;
  }
  int ms;
  if (is_told("slow", &ms)) usleep((useconds_t)ms * 1000);
  int status = act(file);
  if (status == 0) record('S', path, 0, NULL, 0);
  return status;
}

int fsync(int file) {
  return sync_file(file, REAL(fsync));
}

int fdatasync(int file) {
  return sync_file(file, REAL(fdatasync));
}
