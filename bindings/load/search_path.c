/*
** search_path.c - finds scripts: in the folders of SLOOP_PATH, in the working tree,
** in the program.
**
** Works on Lua strings, to have no memory of its own. A function 'try_...'
** pushes path and text and returns true, or pushes nothing and returns false.
** A file that is there but cannot be read raises: to go on searching would
** hide it.
*/

#include "bindings/load/search_path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lauxlib.h>

#include "bindings/load/file_cache.h"
#include "bindings/lua/embedded.h"

/* Push a path without its "." parts, and without "x/.." pairs. */
static const char *push_normal(lua_State *L, const char *path) {
  luaL_Buffer buffer;
  char *normal = luaL_buffinitsize(L, &buffer, strlen(path) + 1);
  size_t root = *path == '/', size = 0, kept = 0; /* kept: parts that ".." may remove */
  if (root) normal[size++] = '/';
  while (*path != '\0') {
    size_t part = strcspn(path, "/");
    if (part == 2 && memcmp(path, "..", 2) == 0 && kept > 0) {
      while (size > root && normal[--size] != '/') {
      }
      kept--;
    } else if (part > 0 && !(part == 1 && *path == '.')) {
      if (size > root) normal[size++] = '/';
      memcpy(normal + size, path, part);
      size += part;
      kept += !(part == 2 && memcmp(path, "..", 2) == 0);
    }
    path += part + (path[part] == '/');
  }
  luaL_pushresultsize(&buffer, size);
  return lua_tostring(L, -1);
}

const char *search_path_push_folder(lua_State *L, const char *path) {
  const char *slash = strrchr(path, '/');
  return lua_pushlstring(L, path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
}

static bool starts_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

static bool ends_with(const char *text, const char *end) {
  size_t size = strlen(text), tail = strlen(end);
  return size >= tail && strcmp(text + size - tail, end) == 0;
}

/*
** Places
*/

static bool is_file(const char *path) {
  const struct file_text *kept = file_cache_get(path);
  if (kept != NULL) return kept->exists;
  struct stat status;
  return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool try_disk(lua_State *L, const char *path) {
  const struct file_text *kept = file_cache_get(path);
  if (kept != NULL && kept->error == 0) {
    if (!kept->exists) return false;
    lua_pushstring(L, path);
    lua_pushlstring(L, kept->text, kept->size);
    return true;
  }
  struct stat status;
  if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  lua_pushstring(L, path);
  char *text = lua_newuserdatauv(L, (size_t)status.st_size + 1, 0);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = file < 0 ? -1 : read(file, text, (size_t)status.st_size);
  int error = errno;
  if (file >= 0) close(file);
  if (size < 0) luaL_error(L, "cannot read %s: %s", path, strerror(error));
  lua_pushlstring(L, text, (size_t)size);
  lua_remove(L, -2);
  return true;
}

/* A read lease is granted only while no process has the file open to write. If one opens
** it while we hold the lease, the system sends a signal: by default SIGIO, which would end
** the process. */
bool search_path_is_written(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return false;
  fcntl(file, F_SETSIG, SIGURG);
  bool written = fcntl(file, F_SETLEASE, F_RDLCK) != 0 && errno == EAGAIN;
  if (!written) fcntl(file, F_SETLEASE, F_UNLCK);
  close(file);
  return written;
}

static int compare_path(const void *path, const void *file) {
  return strcmp(path, ((const struct embedded_file *)file)->path);
}

static const struct embedded_file *embedded(const char *path) {
  return bsearch(path, embedded_files, embedded_count, sizeof *embedded_files, compare_path);
}

static bool try_embedded(lua_State *L, const char *path) {
  const struct embedded_file *file = embedded(path);
  if (file == NULL) return false;
  lua_pushstring(L, path);
  lua_pushlstring(L, file->text, file->size);
  return true;
}

static bool is_source_tree(void) {
  return is_file("host/core/world.h");
}

/* Many a project has folders scripts/ and docs/: a file there replaces a built-in one only
** in our own source tree. */
static bool is_foreign(const char *path) {
  bool theirs = starts_with(path, "scripts/") || starts_with(path, "docs/");
  return theirs && embedded(path) != NULL && !is_source_tree();
}

/* Push the next folder of a list with colons, with a slash behind it. */
static const char *push_next_folder(lua_State *L, const char **list) {
  const char *start = *list + strspn(*list, ":");
  size_t size = strcspn(start, ":");
  *list = start + size;
  if (size == 0) return NULL;
  lua_pushlstring(L, start, size);
  lua_pushliteral(L, "/");
  lua_concat(L, 2);
  return lua_tostring(L, -1);
}

/* The first of 'folders' (ended by NULL) below 'base' that has this file. */
static bool try_folders(lua_State *L, const char *base, const char *const *folders,
                        const char *file) {
  for (; *folders != NULL; folders++) {
    const char *path = push_normal(L, lua_pushfstring(L, "%s%s%s", base, *folders, file));
    lua_remove(L, -2);
    bool here = *base == '\0';
    bool found =
        (!(here && is_foreign(path)) && try_disk(L, path)) || (here && try_embedded(L, path));
    if (found) {
      lua_remove(L, -3);
      return true;
    }
    lua_pop(L, 1);
  }
  return false;
}

/* In the folders of SLOOP_PATH, the working tree, the program. 'folders' are
** those of the latter two; one of SLOOP_PATH is also a place by itself if
** 'bare' says so. */
static bool try_places(lua_State *L, const char *const *folders, const char *file, bool bare) {
  static const char *const itself[] = {"", NULL};
  const char *list = getenv("SLOOP_PATH"), *base;
  while (list != NULL && (base = push_next_folder(L, &list)) != NULL) {
    if (try_folders(L, base, folders, file) || (bare && try_folders(L, base, itself, file))) {
      lua_remove(L, -3);
      return true;
    }
    lua_pop(L, 1);
  }
  return try_folders(L, "", folders, file);
}

/*
** Finding
*/

static bool is_ours(const char *path) {
  return starts_with(path, "patterns/") || starts_with(path, "scripts/") ||
         starts_with(path, "docs/");
}

bool search_path_file(lua_State *L, const char *path) {
  static const char *const itself[] = {"", NULL};
  return is_ours(path) ? try_places(L, itself, path, false) : try_disk(L, path);
}

/* What replaces one of our files in a folder of SLOOP_PATH still has the others of
** its folder beside it, wherever they are: the part of this path that begins with
** patterns/ or scripts/ there, or NULL. */
static const char *within_place(lua_State *L, const char *path) {
  const char *list = getenv("SLOOP_PATH"), *base, *rest = NULL;
  while (list != NULL && rest == NULL && (base = push_next_folder(L, &list)) != NULL) {
    const char *normal = push_normal(L, base);
    size_t size = strlen(normal);
    bool inside = size > 0 && starts_with(path, normal) && path[size] == '/';
    if (inside && is_ours(path + size + 1)) rest = path + size + 1;
    lua_pop(L, 2);
  }
  return rest;
}

bool search_path_is_private(lua_State *L, const char *path) {
  const char *rest = within_place(L, path);
  if (rest == NULL) rest = path;
  return starts_with(rest, "scripts/") && (embedded(rest) != NULL || is_source_tree());
}

/* A file below scripts/: 'base' and the name of a module there, its dots as slashes. */
static bool try_scripts(lua_State *L, const char *base, const char *name) {
  name = luaL_gsub(L, name, ".", "/");
  bool found = search_path_file(L, lua_pushfstring(L, "%s%s.lua", base, name));
  lua_rotate(L, -2 - 2 * found, 2 * found);
  lua_pop(L, 2);
  return found;
}

bool search_path_host_module(lua_State *L, const char *name) {
  const char *rest = name + strlen("sloop.");
  if (!starts_with(name, "sloop.")) return false;
  if (starts_with(rest, "private.")) return try_scripts(L, "scripts/", rest + strlen("private."));
  return try_scripts(L, "scripts/library/", rest) || try_scripts(L, "scripts/testing/", rest);
}

bool search_path_private_module(lua_State *L, const char *name) {
  return try_scripts(L, "scripts/", name);
}

/* The part of "majordomo/mdp.lua" behind the folder's own name, in "x/majordomo/". */
static const char *within_folder(const char *folder, const char *file) {
  size_t size = strlen(folder), part = strcspn(file, "/") + 1;
  bool named = size >= part && memcmp(folder + size - part, file, part) == 0 &&
               (size == part || folder[size - part - 1] == '/');
  return named ? file + part : NULL;
}

/* A file beside the one that asks. */
static bool try_beside(lua_State *L, const char *folder, const char *file) {
  const char *own = push_normal(L, lua_pushfstring(L, "%s%s", *file == '/' ? "" : folder, file));
  if (search_path_file(L, own)) return true;
  return (own = within_place(L, own)) != NULL && search_path_file(L, own);
}

bool search_path_module(lua_State *L, const char *name, const char *folder) {
  static const char *const folders[] = {"patterns/", NULL};
  int top = lua_gettop(L);
  if (strchr(name, '/') == NULL) name = luaL_gsub(L, name, ".", "/");
  const char *file = lua_pushfstring(L, "%s.lua", name);
  bool found = false;
  if (folder != NULL) {
    const char *rest = within_folder(folder, file);
    found = try_beside(L, folder, file) || (rest != NULL && try_beside(L, folder, rest));
  }
  found = found || (*file != '/' && try_places(L, folders, file, true));
  if (!found) {
    lua_settop(L, top);
    return false;
  }
  lua_rotate(L, top + 1, 2);
  lua_settop(L, top + 2);
  return true;
}

bool search_path_role(lua_State *L, const char *name, const char *from) {
  static const char *const folders[] = {"patterns/", NULL};
  int top = lua_gettop(L);
  const char *folder = from == NULL || *name == '/' ? "" : search_path_push_folder(L, from);
  const char *path = push_normal(L, lua_pushfstring(L, "%s%s", folder, name));
  bool found = ends_with(name, ".lua") || is_file(path)
                   ? try_disk(L, path) || search_path_file(L, path)
                   : try_places(L, folders, lua_pushfstring(L, "%s.lua", name), true);
  if (!found) {
    lua_settop(L, top);
    return false;
  }
  lua_rotate(L, top + 1, 2);
  lua_settop(L, top + 2);
  return true;
}

/*
** Folders
*/

#define FOLDER_TYPE "sloop.folder"

/* Also '__gc', so that an error in between leaves no folder open. */
static int folder_close(lua_State *L) {
  DIR **folder = lua_touserdata(L, 1);
  if (*folder != NULL) closedir(*folder);
  *folder = NULL;
  return 0;
}

static DIR *push_opened(lua_State *L, const char *path) {
  DIR **folder = lua_newuserdatauv(L, sizeof *folder, 0);
  *folder = NULL;
  if (luaL_newmetatable(L, FOLDER_TYPE)) {
    lua_pushcfunction(L, folder_close);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  *folder = opendir(path);
  return *folder;
}

/* Close the folder on top of the stack, and pop it. */
static void close_top(lua_State *L) {
  lua_pushcfunction(L, folder_close);
  lua_insert(L, -2);
  lua_call(L, 1, 0);
}

void search_path_entries(lua_State *L, const char *path) {
  lua_newtable(L);
  DIR *opened = push_opened(L, path);
  struct dirent *entry;
  for (lua_Integer i = 1; opened != NULL && (entry = readdir(opened)) != NULL; i++) {
    lua_pushstring(L, entry->d_name);
    lua_rawseti(L, -3, i);
  }
  close_top(L);
}

void search_path_built_in(lua_State *L) {
  lua_createtable(L, (int)embedded_count, 0);
  for (size_t i = 0; i < embedded_count; i++) {
    lua_pushstring(L, embedded_files[i].path);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}
