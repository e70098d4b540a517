/*
** control_folder.h - the folder of a user's control sockets, and whether it can be
** trusted: in a shared place another user may have made it.
*/

#ifndef HOST_REAL_OS_CONTROL_FOLDER_H
#define HOST_REAL_OS_CONTROL_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

enum { CONTROL_PATH_SIZE = 108 };   /* what the system allows a UNIX socket's path */
enum { CONTROL_REASON_SIZE = 512 }; /* of the texts below */

enum { CONTROL_FOLDERS = 4 };

/* $SLOOP_RUNTIME_DIR, else $XDG_RUNTIME_DIR/sloop, else /run/user/UID/sloop, else
 *$TMPDIR/sloop-UID. False, with a
 ** reason, when that is too long. */
bool control_folder_path(char path[CONTROL_PATH_SIZE], char *reason);

/* All the folders that the above may be in other sessions of this user, without those that
** are not safe: $SLOOP_RUNTIME_DIR alone if it is set. Returns how many. */
int control_folder_all(char paths[CONTROL_FOLDERS][CONTROL_PATH_SIZE]);

/* Is it a folder that only this user can look into? Else false, with a reason;
** "" when there is none. */
bool control_folder_is_safe(const char *path, char *reason);

/* The same, once it is there. */
bool control_folder_make(const char *path, char *reason);

#endif
