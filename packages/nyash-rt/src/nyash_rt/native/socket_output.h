/* socket_output.h: output of a socket that waits for more of it.

   What is written in many small pieces for one peer, as the answers of a pipelined batch are, goes
   out in one write: pieces are put behind each other, and leave with the next ny_socket_send, when
   the socket begins to wait for input, before the event loop waits, or before it is closed. So a
   task that is suspended between two pieces holds nothing back for long, and the order of bytes
   cannot change. Who reads slowly fills this buffer first; then senders wait as without it. */
#ifndef NYASH_SOCKET_OUTPUT_H
#define NYASH_SOCKET_OUTPUT_H

#include "socket.h"

/* So many bytes go out at a stretch, then others have their turn: the kernel may take megabytes for a
   client that reads, and hundreds of such clients would make the rest wait for seconds. With a hundred
   that ask for 64 MiB at once, others wait 15 to 40 ms (twice as much: now and then 500). */
#define NY_SOCKET_STRETCH ((size_t)128 << 10)

/* Sends what the kernel takes; the rest follows when it takes more. Nothing if there is none. */
void ny_socket_output_flush(ny_socket *socket);
/* Sends what the kernel takes and forgets the rest: the socket is about to close. */
void ny_socket_output_end(ny_socket *socket);

static inline void ny_socket_output_settle(ny_socket *socket) {
    if (NY_UNLIKELY(socket->output != NULL)) ny_socket_output_flush(socket);
}

#endif
