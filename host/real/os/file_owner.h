/*
** file_owner.h - the right to a file, which one process or part of one has.
**
** A locked file beside it says that it is in use, and by whom. The system drops the lock
** with its holder, however that ends; the file beside it stays.
*/

#ifndef HOST_REAL_OS_FILE_OWNER_H
#define HOST_REAL_OS_FILE_OWNER_H

#include <stddef.h>

/* Take the right to 'path' in this name, making the folders it is in, for this user
** only. What file_owner_release takes, or -1 and a reason. */
int file_owner_take(const char *path, const char *name, char *reason, size_t room);
void file_owner_release(int lock); /* also -1 */

/* What is new in the folder of this path is there after a power cut too: 0, or -1 and errno. */
int file_owner_sync_folder(const char *path);

#endif
