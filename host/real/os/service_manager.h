/*
** service_manager.h - tells the service manager that started this process what it does:
** systemd's sd_notify protocol, without its library.
*/

#ifndef HOST_REAL_OS_SERVICE_MANAGER_H
#define HOST_REAL_OS_SERVICE_MANAGER_H

#include <stdbool.h>

/* Has one started this process, and asked to be told? */
bool service_manager_is_there(void);

/* Send 'state', as "READY=1", to the socket that $NOTIFY_SOCKET names. 0, also when
** no manager asked to be told; -1 and errno when it could not be sent. */
int service_manager_notify(const char *state);

#endif
