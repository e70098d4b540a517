/*
** file_cache.h - the texts of script files, kept while a program is sure that they do not
** change: a simulation loads the same ones thousands of times.
**
** For one thread at a time.
*/

#ifndef BINDINGS_LOAD_FILE_CACHE_H
#define BINDINGS_LOAD_FILE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file_text {
  bool exists; /* as a regular file */
  char *text;
  size_t size;
  int error; /* errno, when it exists and could not be read */
};

/* Keep what is looked up from now on; calls nest, and the last end forgets it. */
void file_cache_begin(void);
void file_cache_end(void);

/* Counts how often all was forgotten; 0: nothing is kept now. */
uint64_t file_cache_period(void);

/* What is known of this path, looked up if it is new; NULL when nothing is kept, or when there is
** no memory. */
const struct file_text *file_cache_get(const char *path);

#endif
