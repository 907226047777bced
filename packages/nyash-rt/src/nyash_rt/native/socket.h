/* socket.h: SocketBox, a TCP socket.

   One struct for listening and connected sockets. All zero is a socket that is not open, so a Box
   that comes from SocketBox needs no constructor of ours. The handle is released exactly once, by
   close(), disconnect(), fini() or the last release, whichever comes first. */
#ifndef NYASH_SOCKET_H
#define NYASH_SOCKET_H

#include "include/nyash_io.h"
#include "loop.h"
#include "socket_address.h"

typedef struct ny_socket_output ny_socket_output;

enum ny_socket_kind { NY_SOCKET_NEW, NY_SOCKET_BOUND, NY_SOCKET_LISTENING, NY_SOCKET_CONNECTED };

struct ny_socket {
    ny_box box;
    ny_descriptor descriptor;
    /* Bytes received and not asked for yet, by readLine and its like; [start, end) of `input`. */
    char *input;
    uint32_t start, end, room;
    uint32_t kind;    /* ny_socket_kind; stays when it is closed */
    void *state;      /* see nyash_io.h */
    void (*free_state)(void *);
    void (*told)(void *state, int code); /* see ny_socket_watch */
    int64_t patience; /* setTimeout in milliseconds; 0: none */
    ny_socket_output *output; /* what waits to be sent with more; see socket_output.h */
    ny_address peer;  /* family 0: not connected */
};

static inline bool ny_socket_is_open(const ny_socket *socket) { return socket->descriptor.open; }
/* Takes over an open, non-blocking descriptor. */
void ny_socket_adopt(ny_socket *socket, int fd, enum ny_socket_kind kind);
void ny_socket_release_handle(ny_socket *socket);
/* After ny_socket_try found nothing: 0, NY_IO_* or -errno. */
int ny_socket_wait_input(ny_socket *socket, int64_t deadline);
/* The deadline that setTimeout gives an operation that begins now. */
int64_t ny_socket_deadline(const ny_socket *socket);
/* IOError "cannot <act> <address>: <cause>", or CancelledError. `code`: -errno or NY_IO_*. */
NY_COLD ny_word ny_socket_fail(const ny_socket *socket, const char *act, ptrdiff_t code);
/* IOError if it is not connected. False: thrown. */
bool ny_socket_require_connected(const ny_socket *socket, const char *act);

/* Natives of socket.nyash. socket.c: */
ny_word ny_socket_close(ny_word me);
ny_word ny_socket_shutdown(ny_word me);
bool ny_socket_is_connected(ny_word me);
bool ny_socket_is_disconnected(ny_word me);
bool ny_socket_is_server(ny_word me);
ny_word ny_socket_set_timeout(ny_word me, int64_t milliseconds);
ny_word ny_socket_peer_address(ny_word me);
ny_word ny_socket_local_address(ny_word me);
ny_word ny_socket_local_port(ny_word me);
void ny_socket_destroy(ny_box *box);
/* socket_open.c: */
ny_word ny_socket_bind(ny_word me, ny_word host, int64_t port);
ny_word ny_socket_bind_shared(ny_word me, ny_word host, int64_t port);
ny_word ny_socket_listen(ny_word me, int64_t backlog);
ny_word ny_socket_accept(ny_word me);
ny_word ny_socket_accept_timeout(ny_word me, int64_t milliseconds);
ny_word ny_socket_connect(ny_word me, ny_word host, int64_t port);
/* socket_stream.c: */
ny_word ny_socket_read(ny_word me);
ny_word ny_socket_read_some(ny_word me, int64_t most);
ny_word ny_socket_read_bytes(ny_word me, int64_t most);
ny_word ny_socket_read_line(ny_word me);
ny_word ny_socket_read_exact(ny_word me, int64_t count);
ny_word ny_socket_recv_timeout(ny_word me, int64_t milliseconds);
ny_word ny_socket_write(ny_word me, ny_word content);

#endif
