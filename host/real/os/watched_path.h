/*
** watched_path.h - the names that lead to a file.
**
** A path is looked up name by name, each in a folder, and a link leads to more
** names. What is found at the end changes only when something happens to one of
** them.
*/

#ifndef HOST_REAL_OS_WATCHED_PATH_H
#define HOST_REAL_OS_WATCHED_PATH_H

/* Call 'step' with each name that is looked up and the folder it is looked for in,
** which has no links in its path and may not exist. 'path' is absolute. */
void watched_path_follow(const char *path,
                         void (*step)(void *arg, const char *folder, const char *name), void *arg);

#endif
