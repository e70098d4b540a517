/*
** store_file.h - a store's file: a database of SQLite that has one owner.
**
** For people: the table 'entries' has each key, its value's kind and its value, as
** README.md describes it; the view 'readable' has them as text.
**
** Reads and commits use connections of their own, so one thread may commit while another
** reads. Knows no loop and no node.
*/

#ifndef HOST_REAL_OS_STORE_FILE_H
#define HOST_REAL_OS_STORE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "host/core/world.h"

struct store_file;
struct store_scan;

enum { STORE_FILE_VERSION = 1 };

/* Open the file, making it and its folders if they are missing, in the name of 'owner'.
** NULL and a reason of WORLD_STORE_REASON_SIZE. */
struct store_file *store_file_open(const char *path, const char *owner, char *reason);
/* The same to read what is there, which a running node may own. */
struct store_file *store_file_open_to_read(const char *path, char *reason);
void store_file_close(struct store_file *self); /* after its scans */

/* As world_store_functions have them; reasons of WORLD_STORE_REASON_SIZE. */
int store_file_get(struct store_file *self, const char *key, size_t size, struct world_value *value,
                   char *reason);
struct store_scan *store_file_scan(struct store_file *self, const char *prefix, size_t size,
                                   char *reason);
int store_scan_next(struct store_scan *self, struct world_entry *entry, char *reason);
void store_scan_end(struct store_scan *self);

/* Make all of these durable, or none, and come back when it is done: 0, or -1 and a reason.
** On any thread, one at a time. */
int store_file_commit(struct store_file *self, const struct world_entry *entries, size_t count,
                      char *reason);

#endif
