/*
** loader.h - finds scripts and loads them: modules, roles, commands.
**
** A script is looked for in the folders of SLOOP_PATH (a list with colons), in
** the working tree, and in the program itself; the first to have it wins. (But
** scripts/ of a working tree that is not Sloop's replaces none of the built-in.)
** What the loader loads is known by its path, as a person would write it:
** "patterns/lazy_pirate/server.lua", whether from disk or built in. The path is
** the chunk's name, so errors say where, and it is the module's key in
** package.loaded: two modules 'mdp' in two folders are two modules. Only text
** is loaded, never bytecode.
**
** require "name" (also "a.b" or "a/b"), called by a file the loader loaded:
** 1. NAME.lua in the folder of that file (that of FOLDER/patterns/x/y.lua, with
**    FOLDER in SLOOP_PATH, is patterns/x/ of all places); to "x/NAME" a file in any
**    folder x/ finds the file beside it, so a copy of a pattern uses its own files;
** 2. in each folder of SLOOP_PATH: patterns/NAME.lua, NAME.lua;
** 3. patterns/NAME.lua: working tree, then built in;
** 4. whatever Lua's own require finds.
** Called by any other file, a library say, Lua's own way comes first, and then
** 2 and 3. A name that has a slash is a path and keeps its dots: "../common/wire".
** What begins with "sloop." is of the host: "sloop.queue" is
** scripts/library/queue.lua, or it is in scripts/testing/. The other files below
** scripts/ are private: they name each other by their path there, "base/json", and
** no name of theirs is taken from users. (Specs require them as "sloop.private.base.json".)
**
** To Lua the loader is the module 'sloop.loader':
**   find_role(name [, from]) -> path, text | nil, reason
**   load_role(name [, from]) -> role, path | nil, reason
**   source(path) -> text | nil, reason
**   list([folder]) -> { { name =, path =, comment = }, ... }
**   load(path) -> function | nil, reason
**   place_of(function) -> source as debug.getinfo has it, line; nothing of one in C
**   hash(path) -> hash of its text | nil, reason
**   hashes() -> { path -> hash of the text that was compiled, or false }
**   is_loaded(path) -> boolean
**   is_written(path) -> boolean
**
** A role's name is a file if it ends in ".lua" or if there is such a file, and
** then it is relative to the folder of the file 'from' where that is given;
** else "lazy_pirate/server" is found as in 2 and 3, but never in scripts/. One
** that was loaded before, also by require, is the same table.
** list names all scripts below patterns/ (or below another folder; "" for those of
** SLOOP_PATH themselves), with the
** first line of their comment; whether each is a role is not the loader's to
** say. load compiles a file as part of this program, so that its own require
** begins in its own folder.
**
** The last four are for a reload. hashes has every file the loader compiled for the
** code that runs, with the text it had then, and with false where a module was looked
** for in vain: it may be there some day. is_written tells if some program has the file
** open to write to it, as far as the file system lets us know.
*/

#ifndef BINDINGS_LOAD_LOADER_H
#define BINDINGS_LOAD_LOADER_H

#include <stdbool.h>

#include <lua.h>

#include "bindings/load/require.h"

/* Install all this in a state that has the standard libraries; once, however
** often it is called. */
void loader_open(lua_State *L);

/* Push the function that this file is and return true, or push the reason. Must
** be called protected. */
bool loader_load_file(lua_State *L, const char *path);

#endif
