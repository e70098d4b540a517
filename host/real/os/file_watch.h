/*
** file_watch.h - tells when files may have changed.
**
** Folders are watched rather than files, so that an editor that writes a new
** file and renames it is understood like one that writes in place; and all
** folders on the way to a file, since one may be removed, moved, made anew, or be
** a link. Events that come in bursts are told once, when it has been quiet for a
** moment; whether a file differs from what it was is for the listener to find out.
*/

#ifndef HOST_REAL_OS_FILE_WATCH_H
#define HOST_REAL_OS_FILE_WATCH_H

#include <stdbool.h>

#include <uv.h>

struct file_watch;

/* A watch of nothing yet; 'changed' is called on the loop. While it returns false
** it is called again, with the number of times it was since the last event: a file
** may not be as it should yet. When another folder has taken the place of the
** process's working folder it becomes that, before 'changed' is called.
** NULL and errno. */
struct file_watch *file_watch_new(uv_loop_t *loop, bool (*changed)(void *arg, int looks),
                                  void *arg);

/* Watch this file too, which need not exist; one that is watched already stays so.
** 0, or -1 and errno. */
int file_watch_add(struct file_watch *self, const char *path);

void file_watch_free(struct file_watch *self);

#endif
