/*
** main.c - the program: a Lua state for the command line, and what is left when
** it is done.
**
** Knows that scripts/command/main.lua understands the command line, and nothing else of
** it. Everything that may raise happens in one protected call.
*/

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "bindings/load/loader.h"

int luaopen_sloop(lua_State *L); /* the module: bindings/program/lua_module.c */

struct command_line {
  int count;
  char **arguments;
};

/* A traceback for a bug in a command; what a user did wrong a command reports
** itself. */
static int explain(lua_State *L) {
  luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
  return 1;
}

/* 'arg', as a Lua program has it. */
static void set_arg(lua_State *L, const struct command_line *line) {
  lua_createtable(L, line->count, 1);
  for (int i = 0; i < line->count; i++) {
    lua_pushstring(L, line->arguments[i]);
    lua_rawseti(L, -2, i);
  }
  lua_setglobal(L, "arg");
}

static int run(lua_State *L) {
  const struct command_line *line = lua_touserdata(L, 1);
  luaL_checkversion(L);
  luaL_openlibs(L);
  loader_open(L);
  luaL_requiref(L, "sloop", luaopen_sloop, false);
  set_arg(L, line);
  if (!loader_load_file(L, "scripts/command/main.lua")) lua_error(L);
  lua_call(L, 0, 1);
  return 1;
}

/* Nothing that is opened later may become stdin, stdout or stderr. */
static void hold_standard_files(void) {
  int file;
  do {
    file = open("/dev/null", O_RDWR);
  } while (file >= 0 && file <= STDERR_FILENO);
  if (file >= 0) close(file);
}

/* Messages come and go in sizes for which malloc would ask the system each time,
** and give the memory back: it keeps some of it instead. */
static void keep_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_TOP_PAD, 256 << 10);
}

/* A SIGHUP that comes before a node is there waits for it, and then means reload. (To
** other commands it means what it means to every program.) */
static void hold_hang_up(int count, char **arguments) {
  sigset_t set;
  bool is_host = count > 1 && (strcmp(arguments[1], "run") == 0 || strcmp(arguments[1], "up") == 0);
  sigemptyset(&set);
  sigaddset(&set, SIGHUP);
  if (is_host) sigprocmask(SIG_BLOCK, &set, NULL);
}

int main(int count, char **arguments) {
  struct command_line line = {count, arguments};
  hold_hang_up(count, arguments);
  hold_standard_files();
  keep_memory();
  setvbuf(stdout, NULL, _IOLBF, 0); /* a reader of the pipe gets each line at once */
  lua_State *L = luaL_newstate();
  if (L == NULL) {
    fputs("sloop: not enough memory\n", stderr);
    return EXIT_FAILURE;
  }
  lua_pushcfunction(L, explain);
  lua_pushcfunction(L, run);
  lua_pushlightuserdata(L, &line);
  int status = EXIT_FAILURE;
  if (lua_pcall(L, 1, 1, 1) == LUA_OK) {
    status = (int)lua_tointeger(L, -1);
  } else {
    fprintf(stderr, "sloop: %s\n", lua_tostring(L, -1));
  }
  lua_close(L);
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fputs("sloop: cannot write to stdout\n", stderr);
    if (status == EXIT_SUCCESS) status = EXIT_FAILURE;
  }
  return status;
}
