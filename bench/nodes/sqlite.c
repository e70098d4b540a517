/*
** sqlite PATH WINDOW MS: puts of 256 bytes into a database of SQLite, WINDOW a commit, for
** MS; says how many, and in how many seconds. WINDOW 0: syncs of one byte written to a
** file, which is the most that the disk can do.
**
** What a careful author would write: WAL, synchronous=FULL, prepared statements; the table
** is that of a store.
*/

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "bench/lib/check.h"

enum { SIZE = 256 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static long sync_bytes(const char *path, double end) {
  long done = 0;
  int file = open(path, O_RDWR | O_CREAT, 0600);
  check(file >= 0, path);
  for (; now() < end; done++) {
    check(pwrite(file, "x", 1, done) == 1 && fdatasync(file) == 0, "fdatasync");
  }
  return done;
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *text) {
  sqlite3_stmt *statement = NULL;
  check(sqlite3_prepare_v2(database, text, -1, &statement, NULL) == SQLITE_OK, text);
  return statement;
}

static void step(sqlite3_stmt *statement) {
  check(sqlite3_step(statement) == SQLITE_DONE, "sqlite3_step");
  sqlite3_reset(statement);
}

static long put(const char *path, int window, double end) {
  long done = 0;
  char key[32], value[SIZE];
  sqlite3 *database;
  memset(value, 'x', sizeof value);
  check(sqlite3_open(path, &database) == SQLITE_OK, path);
  const char *set_up =
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
      "CREATE TABLE entries (key BLOB PRIMARY KEY NOT NULL, kind TEXT NOT NULL,"
      " value BLOB NOT NULL) WITHOUT ROWID";
  check(sqlite3_exec(database, set_up, NULL, NULL, NULL) == SQLITE_OK, "set up");
  sqlite3_stmt *begin = prepare(database, "BEGIN IMMEDIATE");
  sqlite3_stmt *commit = prepare(database, "COMMIT");
  sqlite3_stmt *insert = prepare(database, "INSERT OR REPLACE INTO entries VALUES (?1, 's', ?2)");
  while (now() < end) {
    step(begin);
    for (int i = 0; i < window; i++) {
      int size = snprintf(key, sizeof key, "key:%016lx", done++);
      sqlite3_bind_blob(insert, 1, key, size, SQLITE_STATIC);
      sqlite3_bind_blob(insert, 2, value, SIZE, SQLITE_STATIC);
      step(insert);
    }
    step(commit);
  }
  return done;
}

int main(int count, char **argument) {
  check(count == 4, "usage: sqlite PATH WINDOW MS");
  int window = atoi(argument[2]);
  double begin = now(), end = begin + atof(argument[3]) / 1000;
  long done = window == 0 ? sync_bytes(argument[1], end) : put(argument[1], window, end);
  printf("%ld %f\n", done, now() - begin);
  return 0;
}
