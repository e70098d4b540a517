/*
** search_path.h - finds scripts: in the folders of SLOOP_PATH, in the working tree,
** in the program.
**
** The order of places is described in loader.h. Knows paths, not what is in a
** file. What is found is pushed as two strings, its path as a person would
** write it and its text; else nothing is pushed. All of it must be called
** protected: a file that is there but cannot be read raises.
*/

#ifndef BINDINGS_LOAD_SEARCH_PATH_H
#define BINDINGS_LOAD_SEARCH_PATH_H

#include <stdbool.h>

#include <lua.h>

/* A file by its path. One below patterns/ or scripts/ may be in any place. */
bool search_path_file(lua_State *L, const char *path);

/* A module by the name 'require' was given; 'folder' is that of the file that
** asks, "" or ending in a slash; NULL where that does not matter. */
bool search_path_module(lua_State *L, const char *name, const char *folder);

/* A module that scripts and users may require: "sloop.queue" is
** scripts/library/queue.lua, "sloop.fake_node" scripts/testing/fake_node.lua. (Specs
** also reach the private ones, by "sloop.private.base.json".) */
bool search_path_host_module(lua_State *L, const char *name);

/* A module as the files below scripts/ name each other: "base/json". */
bool search_path_private_module(lua_State *L, const char *name);

/* Is this the path of a file below scripts/ of Sloop itself? */
bool search_path_is_private(lua_State *L, const char *path);

/* A role by its name or file; 'from' is the path of the file that names it, or
** NULL for the command line. */
bool search_path_role(lua_State *L, const char *name, const char *from);

/* Push the paths of the files that are part of the program, as a list. */
void search_path_built_in(lua_State *L);

/* Push the names of what is in the folder of this path, as a list; an empty one
** when it can't be opened. */
void search_path_entries(lua_State *L, const char *path);

/* Does some program have this file open to write to it? False too where the
** system won't tell. */
bool search_path_is_written(const char *path);

/* Push the folder of this file, "" or ending in a slash. */
const char *search_path_push_folder(lua_State *L, const char *path);

#endif
