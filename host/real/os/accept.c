/*
** accept.c - see accept.h. The name comes before libc's wherever a library asks for it
** (not in the module of a plain lua5.4, which is loaded too late for that).
*/

#include "host/real/os/accept.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/real/os/log.h"
#include "host/real/os/process.h"

static _Thread_local bool is_ours;
static atomic_bool reported;

void accept_is_ours(void) {
  is_ours = true;
}

/* libc's own declaration has attributes that depend on its version. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

int accept4(int listener, struct sockaddr *address, socklen_t *size, int flags) {
  bool refuse = !is_ours && !process_has_descriptors();
  int file = (int)syscall(SYS_accept4, listener, address, size, flags);
  if (file < 0 || !refuse) return file;
  close(file);
  if (!atomic_exchange(&reported, true)) {
    log_signal_safe("sloop",
                    "too few descriptors are left (ulimit -n): new connections are "
                    "refused until others are closed");
  }
  errno = ECONNABORTED;
  return -1;
}
