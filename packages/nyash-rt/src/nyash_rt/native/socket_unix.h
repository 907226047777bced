/* socket_unix.h: sockets of the file system: hosts as "unix:/run/app.sock". Ports mean nothing there. */
#ifndef NYASH_SOCKET_UNIX_H
#define NYASH_SOCKET_UNIX_H

#include "socket.h"

/* Whether the host is the path of such a socket. */
bool ny_socket_is_path(ny_word host);
/* For a socket that is not open. A file that a process left behind, on which nobody listens any more,
   is replaced. NY_ERROR: thrown. */
ny_word ny_socket_bind_path(ny_socket *socket, ny_word host);
ny_word ny_socket_connect_path(ny_socket *socket, ny_word host);

#endif
