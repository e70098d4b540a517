/*
** store_file.c - see store_file.h.
**
** WAL and synchronous=FULL: a commit is on disk when it returns, and readers go on
** meanwhile. A read never leaves its statement open: an open one would keep the log from
** being taken into the database.
*/

#include "host/real/os/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "host/real/os/file_owner.h"

enum { APPLICATION = 0x536c6f70 };             /* "Slop": whose file it is */
enum { BUSY_MS = 5000, READER_BUSY_MS = 200 }; /* the longest wait for another process's lock */

struct store_file {
  char *path;
  int lock; /* -1: only read */
  sqlite3 *reader, *writer;
  sqlite3 *spare; /* a scan's connection, for the next scan */
  sqlite3_stmt *find;
  sqlite3_stmt *begin, *put, *remove, *commit, *rollback;
  char *copy; /* the value that was found last */
  size_t room;
};

struct store_scan {
  struct store_file *file;
  sqlite3 *reader;
  sqlite3_stmt *walk;
};

static int refuse(char *reason, const char *path, const char *why) {
  snprintf(reason, WORLD_STORE_REASON_SIZE, "%s: %s", path, why);
  return -1;
}

/* Why the last call for this connection failed. */
static int explain(char *reason, sqlite3 *connection) {
  snprintf(reason, WORLD_STORE_REASON_SIZE, "%s", sqlite3_errmsg(connection));
  return -1;
}

/* ---- opening ---- */

static int connect(const struct store_file *self, sqlite3 **connection, int flags, char *reason) {
  int status = sqlite3_open_v2(self->path, connection, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (status == SQLITE_OK) {
    sqlite3_busy_timeout(*connection, READER_BUSY_MS); /* the node's thread waits meanwhile */
    return 0;
  }
  refuse(reason, self->path, *connection ? sqlite3_errmsg(*connection) : "not enough memory");
  sqlite3_close(*connection);
  *connection = NULL;
  return -1;
}

static int execute(const struct store_file *self, sqlite3 *connection, const char *text,
                   char *reason) {
  if (sqlite3_exec(connection, text, NULL, NULL, NULL) == SQLITE_OK) return 0;
  return refuse(reason, self->path, sqlite3_errmsg(connection));
}

static int prepare(const struct store_file *self, sqlite3 *connection, const char *text,
                   sqlite3_stmt **statement, char *reason) {
  int flags = SQLITE_PREPARE_PERSISTENT;
  if (sqlite3_prepare_v3(connection, text, -1, (unsigned)flags, statement, NULL) == SQLITE_OK) {
    return 0;
  }
  return refuse(reason, self->path, sqlite3_errmsg(connection));
}

/* The number that a statement answers with. */
static int ask(const struct store_file *self, sqlite3 *connection, const char *text, int *answer,
               char *reason) {
  sqlite3_stmt *statement = NULL;
  if (prepare(self, connection, text, &statement, reason) != 0) return -1;
  int status = sqlite3_step(statement);
  *answer = status == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
  sqlite3_finalize(statement);
  if (status == SQLITE_ROW || status == SQLITE_DONE) return 0;
  return refuse(reason, self->path, sqlite3_errmsg(connection));
}

/* 1 it is a store of this version; 0 it is empty; -1 it is none, or a newer one. */
static int check_version(const struct store_file *self, sqlite3 *connection, char *reason) {
  int application, version, tables;
  if (ask(self, connection, "PRAGMA application_id", &application, reason) != 0 ||
      ask(self, connection, "PRAGMA user_version", &version, reason) != 0 ||
      ask(self, connection, "SELECT count(*) FROM sqlite_schema", &tables, reason) != 0) {
    return -1;
  }
  if (application == 0 && tables == 0) return 0;
  if (application != APPLICATION) {
    return refuse(reason, self->path, "a database, but no store of Sloop's");
  }
  if (version == STORE_FILE_VERSION) return 1;
  char why[128];
  snprintf(why, sizeof why,
           "a store of version %d, and this Sloop knows version %d: a newer Sloop reads it",
           version, STORE_FILE_VERSION);
  return refuse(reason, self->path, why);
}

static int create_tables(const struct store_file *self, char *reason) {
  char text[512];
  snprintf(text, sizeof text,
           "BEGIN IMMEDIATE; PRAGMA application_id = %d; PRAGMA user_version = %d;"
           "CREATE TABLE entries (key BLOB PRIMARY KEY NOT NULL, kind TEXT NOT NULL,"
           " value BLOB NOT NULL) WITHOUT ROWID;"
           "CREATE VIEW readable AS SELECT CAST(key AS TEXT) AS key, kind,"
           " CAST(value AS TEXT) AS value FROM entries; COMMIT",
           APPLICATION, STORE_FILE_VERSION);
  return execute(self, self->writer, text, reason);
}

static int prepare_writer(struct store_file *self, char *reason) {
  sqlite3 *writer = self->writer;
  const char *put =
      "INSERT INTO entries VALUES (?1, ?2, ?3) ON CONFLICT (key)"
      " DO UPDATE SET kind = excluded.kind, value = excluded.value";
  if (prepare(self, writer, "BEGIN IMMEDIATE", &self->begin, reason) != 0 ||
      prepare(self, writer, put, &self->put, reason) != 0 ||
      prepare(self, writer, "DELETE FROM entries WHERE key = ?1", &self->remove, reason) != 0 ||
      prepare(self, writer, "COMMIT", &self->commit, reason) != 0) {
    return -1;
  }
  return prepare(self, writer, "ROLLBACK", &self->rollback, reason);
}

static int prepare_reader(struct store_file *self, char *reason) {
  const char *find = "SELECT kind, value FROM entries WHERE key = ?1";
  return prepare(self, self->reader, find, &self->find, reason);
}

/* SQLite would make the file readable for others; its log gets the same mode. */
static int create_file(const struct store_file *self, char *reason) {
  int file = open(self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return refuse(reason, self->path, strerror(errno));
  close(file);
  if (file_owner_sync_folder(self->path) == 0) return 0;
  return refuse(reason, self->path, strerror(errno));
}

static int open_writer(struct store_file *self, char *reason) {
  if (create_file(self, reason) != 0) return -1;
  if (connect(self, &self->writer, SQLITE_OPEN_READWRITE, reason) != 0) return -1;
  sqlite3_busy_timeout(self->writer, BUSY_MS);
  int known = check_version(self, self->writer, reason);
  if (known < 0 ||
      execute(self, self->writer,
              "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
              "PRAGMA journal_size_limit = 67108864", /* what a long scan has let grow */
              reason)) {
    return -1;
  }
  if (known == 0 && create_tables(self, reason) != 0) return -1;
  return prepare_writer(self, reason);
}

static struct store_file *new_file(const char *path, char *reason) {
  struct store_file *self = calloc(1, sizeof *self);
  if (self != NULL) self->path = strdup(path);
  if (self == NULL || self->path == NULL) {
    free(self);
    refuse(reason, path, "not enough memory");
    return NULL;
  }
  self->lock = -1;
  return self;
}

struct store_file *store_file_open(const char *path, const char *owner, char *reason) {
  struct store_file *self = new_file(path, reason);
  if (self == NULL) return NULL;
  self->lock = file_owner_take(path, owner, reason, WORLD_STORE_REASON_SIZE);
  if (self->lock >= 0 && open_writer(self, reason) == 0 &&
      connect(self, &self->reader, SQLITE_OPEN_READWRITE, reason) == 0 &&
      prepare_reader(self, reason) == 0) {
    return self;
  }
  store_file_close(self);
  return NULL;
}

struct store_file *store_file_open_to_read(const char *path, char *reason) {
  struct store_file *self = new_file(path, reason);
  if (self == NULL) return NULL;
  int known = connect(self, &self->reader, SQLITE_OPEN_READONLY, reason);
  if (known == 0) known = check_version(self, self->reader, reason);
  if (known == 0) refuse(reason, path, "an empty file, and no store");
  if (known > 0 && prepare_reader(self, reason) == 0) return self;
  store_file_close(self);
  return NULL;
}

void store_file_close(struct store_file *self) {
  if (self == NULL) return;
  sqlite3_finalize(self->find);
  sqlite3_finalize(self->begin);
  sqlite3_finalize(self->put);
  sqlite3_finalize(self->remove);
  sqlite3_finalize(self->commit);
  sqlite3_finalize(self->rollback);
  sqlite3_close(self->spare);
  sqlite3_close(self->reader);
  sqlite3_close(self->writer);
  file_owner_release(self->lock);
  free(self->copy);
  free(self->path);
  free(self);
}

/* ---- reading ---- */

/* The value in these columns of the present row. */
static struct world_value value_in(sqlite3_stmt *row, int kind, int value) {
  const char *letter = (const char *)sqlite3_column_text(row, kind);
  const char *bytes = sqlite3_column_blob(row, value);
  size_t size = (size_t)sqlite3_column_bytes(row, value);
  struct world_value found = {.size = size, .bytes = size ? bytes : ""};
  if (letter != NULL) found.kind = letter[0];
  return found;
}

/* A copy, since the row does not last. */
static int keep(struct store_file *self, struct world_value *value, char *reason) {
  if (value->size > self->room) {
    char *copy = realloc(self->copy, value->size);
    if (copy == NULL) return refuse(reason, self->path, "not enough memory");
    self->copy = copy;
    self->room = value->size;
  }
  if (value->size > 0) memcpy(self->copy, value->bytes, value->size);
  if (value->size > 0) value->bytes = self->copy;
  return 1;
}

int store_file_get(struct store_file *self, const char *key, size_t size, struct world_value *value,
                   char *reason) {
  sqlite3_bind_blob64(self->find, 1, size > 0 ? key : "", size, SQLITE_STATIC);
  int status = sqlite3_step(self->find), found = 0;
  if (status == SQLITE_ROW) {
    *value = value_in(self->find, 0, 1);
    found = keep(self, value, reason);
  } else if (status != SQLITE_DONE) {
    found = explain(reason, self->reader);
  }
  sqlite3_reset(self->find);
  return found;
}

/* The first of the keys behind all that begin so: their prefix, counted up. Its size; 0: there
** is none. */
static size_t behind(const char *prefix, size_t size, char *next) {
  while (size > 0 && (unsigned char)prefix[size - 1] == 0xff) size--;
  if (size == 0) return 0;
  memcpy(next, prefix, size);
  next[size - 1] = (char)((unsigned char)next[size - 1] + 1);
  return size;
}

static int prepare_walk(struct store_scan *self, const char *prefix, size_t size, char *reason) {
  char *next = malloc(size + 1);
  if (next == NULL) return refuse(reason, self->file->path, "not enough memory");
  size_t next_size = behind(prefix, size, next);
  const char *text = next_size > 0
                         ? "SELECT key, kind, value FROM entries WHERE key >= ?1 AND key < ?2"
                           " ORDER BY key"
                         : "SELECT key, kind, value FROM entries WHERE key >= ?1 ORDER BY key";
  int status = prepare(self->file, self->reader, text, &self->walk, reason);
  if (status == 0) {
    sqlite3_bind_blob64(self->walk, 1, size > 0 ? prefix : "", size, SQLITE_TRANSIENT);
    if (next_size > 0) sqlite3_bind_blob64(self->walk, 2, next, next_size, SQLITE_TRANSIENT);
  }
  free(next);
  return status;
}

/* What is there now is seen from BEGIN and the first read on. */
struct store_scan *store_file_scan(struct store_file *self, const char *prefix, size_t size,
                                   char *reason) {
  struct store_scan *scan = calloc(1, sizeof *scan);
  if (scan == NULL) {
    refuse(reason, self->path, "not enough memory");
    return NULL;
  }
  *scan = (struct store_scan){.file = self, .reader = self->spare};
  self->spare = NULL;
  int flags = self->writer != NULL ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  int seen;
  if ((scan->reader != NULL || connect(self, &scan->reader, flags, reason) == 0) &&
      execute(self, scan->reader, "BEGIN", reason) == 0 &&
      ask(self, scan->reader, "SELECT 1 FROM entries LIMIT 1", &seen, reason) == 0 &&
      prepare_walk(scan, prefix, size, reason) == 0) {
    return scan;
  }
  store_scan_end(scan);
  return NULL;
}

int store_scan_next(struct store_scan *self, struct world_entry *entry, char *reason) {
  if (self->walk == NULL) return 0;
  int status = sqlite3_step(self->walk);
  if (status == SQLITE_ROW) {
    const char *key = sqlite3_column_blob(self->walk, 0);
    size_t size = (size_t)sqlite3_column_bytes(self->walk, 0);
    *entry = (struct world_entry){size > 0 ? key : "", size, value_in(self->walk, 1, 2)};
    return 1;
  }
  if (status != SQLITE_DONE) explain(reason, self->reader);
  sqlite3_finalize(self->walk); /* it would begin again */
  self->walk = NULL;
  return status == SQLITE_DONE ? 0 : -1;
}

void store_scan_end(struct store_scan *self) {
  struct store_file *file = self->file;
  sqlite3_finalize(self->walk);
  if (self->reader != NULL) sqlite3_exec(self->reader, "ROLLBACK", NULL, NULL, NULL);
  if (file->spare == NULL) {
    file->spare = self->reader;
  } else {
    sqlite3_close(self->reader);
  }
  free(self);
}

/* ---- commits ---- */

static bool step(sqlite3_stmt *statement) {
  int status = sqlite3_step(statement);
  sqlite3_reset(statement);
  return status == SQLITE_DONE;
}

static bool write_entry(struct store_file *self, const struct world_entry *entry) {
  const struct world_value *value = &entry->value;
  sqlite3_stmt *statement = value->kind != 0 ? self->put : self->remove;
  const char *key = entry->key_size > 0 ? entry->key : "";
  if (sqlite3_bind_blob64(statement, 1, key, entry->key_size, SQLITE_STATIC) != SQLITE_OK) {
    return false;
  }
  if (value->kind == 0) return step(statement);
  const char *bytes = value->size > 0 ? value->bytes : "";
  return sqlite3_bind_text(statement, 2, &value->kind, 1, SQLITE_STATIC) == SQLITE_OK &&
         sqlite3_bind_blob64(statement, 3, bytes, value->size, SQLITE_STATIC) == SQLITE_OK &&
         step(statement);
}

/* A commit whose sync failed may be in the log all the same, and a later start would find it
** there. It is gone when the log is taken into the database and emptied. If the disk refuses
** this too, another commit takes its place in the log, which changes nothing. */
static void forget_failed(struct store_file *self) {
  sqlite3 *writer = self->writer;
  if (!sqlite3_get_autocommit(writer)) step(self->rollback);
  if (sqlite3_wal_checkpoint_v2(writer, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL)) {
    char text[64];
    snprintf(text, sizeof text, "PRAGMA user_version = %d", STORE_FILE_VERSION);
    sqlite3_exec(writer, text, NULL, NULL, NULL);
  }
}

int store_file_commit(struct store_file *self, const struct world_entry *entries, size_t count,
                      char *reason) {
  bool done = step(self->begin);
  for (size_t i = 0; done && i < count; i++) done = write_entry(self, &entries[i]);
  if (done && step(self->commit)) return 0;
  explain(reason, self->writer);
  forget_failed(self);
  return -1;
}
