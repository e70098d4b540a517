/*
** file_cache.c - see file_cache.h.
*/

#include "bindings/load/file_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUCKETS = 512 };

struct entry {
  struct entry *next;
  char *path;
  struct file_text file;
};

static int users;
static uint64_t periods = 1;
static struct entry *table[BUCKETS];

static void free_entry(struct entry *self) {
  free(self->path);
  free(self->file.text);
  free(self);
}

void file_cache_begin(void) {
  users++;
}

void file_cache_end(void) {
  if (--users > 0) return;
  periods++;
  for (int i = 0; i < BUCKETS; i++) {
    while (table[i] != NULL) {
      struct entry *entry = table[i];
      table[i] = entry->next;
      free_entry(entry);
    }
  }
}

uint64_t file_cache_period(void) {
  return users > 0 ? periods : 0;
}

static uint32_t hash_of(const char *path) {
  uint32_t hash = 2166136261u;
  for (; *path != '\0'; path++) hash = (hash ^ (unsigned char)*path) * 16777619u;
  return hash;
}

static void read_file(const char *path, struct file_text *file) {
  struct stat status;
  if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return;
  file->exists = true;
  file->text = malloc((size_t)status.st_size + 1);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = descriptor < 0 || file->text == NULL
                     ? -1
                     : read(descriptor, file->text, (size_t)status.st_size);
  if (size < 0) {
    file->error = errno;
  } else {
    file->size = (size_t)size;
  }
  if (descriptor >= 0) close(descriptor);
}

const struct file_text *file_cache_get(const char *path) {
  if (users == 0) return NULL;
  struct entry **place = &table[hash_of(path) % BUCKETS];
  for (struct entry *entry = *place; entry != NULL; entry = entry->next) {
    if (strcmp(entry->path, path) == 0) return &entry->file;
  }
  struct entry *entry = calloc(1, sizeof *entry);
  if (entry != NULL) entry->path = strdup(path);
  if (entry == NULL || entry->path == NULL) {
    free(entry);
    return NULL;
  }
  read_file(path, &entry->file);
  entry->next = *place;
  *place = entry;
  return &entry->file;
}
