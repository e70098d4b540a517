/*
** embedded.h - the scripts that are part of the program.
**
** The Makefile writes the table, as an assembler file that includes every
** scripts/ and patterns/ Lua file. Which of them is wanted, and that a file on
** disk comes before it, is decided in load/search_path.c.
*/

#ifndef BINDINGS_LUA_EMBEDDED_H
#define BINDINGS_LUA_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
  const char *path; /* as in the source tree, "scripts/command/run.lua"; NULL ends the table */
  const char *text;
  size_t size;
};

/* Sorted by path. */
extern const struct embedded_file embedded_files[];
extern const size_t embedded_count;

#endif
