/*
** control_channel.h - a UNIX socket through which a running process is asked and told
** things: requests and answers are bytes, one of each a connection. Two requests it answers
** itself, with lines of the process's log.
**
** Knows nothing of what the others mean. Only the user that started the process may
** speak to it: the folder has mode 0700, the socket 0600.
*/

#ifndef HOST_REAL_OS_CONTROL_CHANNEL_H
#define HOST_REAL_OS_CONTROL_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "host/real/os/control_folder.h"

struct control_channel;
struct control_request;
struct kept_log;

/* Requests for the lines of the log that are kept; and for those that come, until the
** process ends. */
#define CONTROL_LOG "log"
#define CONTROL_FOLLOW_LOG "log --follow"

/* Listen at 'path', or, when that is NULL, in the folder of control_folder.h under this
** name (a name in use gets the process's number appended). 'asked' is called on the
** loop for each request, and has it answered then or later. NULL, and why in 'reason',
** which has room for CONTROL_REASON_SIZE; else there is "", or who has the name. */
struct control_channel *control_channel_new(
    uv_loop_t *loop, struct kept_log *log, const char *path, const char *name,
    void (*asked)(void *arg, struct control_request *request, const char *bytes, size_t size),
    void *arg, char *reason);

/* Also removes the socket; requests not yet answered are dropped. */
void control_channel_free(struct control_channel *self);

/* Answer, on the control's loop; the bytes are copied. */
void control_channel_answer(struct control_request *request, const char *bytes, size_t size);

/* The process that listens at this path; 0 if it can't be told. Never waits. */
long control_channel_owner(const char *path);

/* Does a process listen at this path? Only connects, and never waits. */
bool control_channel_is_alive(const char *path);

/* From another process of the same user: ask and wait for the answer, for 'timeout_ms'
** at most. 0 with the answer, to be freed, or -1 and errno: EPERM a process of another user
** listens there. A socket that a dead process left is removed. */
int control_channel_ask(const char *path, const char *bytes, size_t size, int timeout_ms,
                        char **answer, size_t *answer_size);

/* The same for a request that is answered with lines: a descriptor to read them from, or -1
** and errno. */
int control_channel_open(const char *path, const char *request, int timeout_ms);

#endif
