/* nyash_io.h: waiting for descriptors and time from native code. Version 1.

   Everything here suspends the calling task, never the worker. A `deadline` is in milliseconds of
   ny_clock_ms() (monotonic), or NY_NO_DEADLINE. */
#ifndef NYASH_IO_H
#define NYASH_IO_H

#include "nyash.h"

#define NY_NO_DEADLINE INT64_MAX

int64_t ny_clock_ms(void);      /* monotonic, cached once per turn of the event loop */
int64_t ny_clock_wall_ms(void); /* since 1970, cached likewise */

typedef struct ny_socket ny_socket; /* a SocketBox, open or closed */

enum {
    NY_IO_TIMEOUT = -110,  /* the deadline passed */
    NY_IO_CLOSED = -9,     /* the socket was closed by another task while waiting */
    NY_IO_CANCELLED = -125, /* the task was cancelled */
    NY_IO_STOPPING = -4    /* the worker began to stop (only from ny_socket_wait_readable) */
};

static inline ny_socket *ny_as_socket(ny_word w) { return (ny_socket *)(uintptr_t)w; }
/* Bytes read, 0 at the end of the stream, -errno or NY_IO_*. Tries the read first only when the
   socket may be readable: after a short read the kernel tells when more has come. */
ptrdiff_t ny_socket_receive(ny_socket *socket, void *buffer, size_t room, int64_t deadline);
/* Waits until a receive may find something, without holding a buffer: 1, or -errno or NY_IO_*.
   Returns NY_IO_STOPPING as soon as the worker stops (SIGTERM, SIGINT), also when it already
   does: this is how idle keep-alive connections end. */
int ny_socket_wait_readable(ny_socket *socket, int64_t deadline);
/* Like ny_socket_receive, but never suspends: -EAGAIN if there is nothing yet. */
ptrdiff_t ny_socket_try(ny_socket *socket, void *buffer, size_t room);
/* Waits for input without a task: `told` is called once, inside the event loop, with the socket's
   protocol state and 0 or NY_IO_TIMEOUT; it starts tasks and runs no code of the program. False:
   something can be read already, and nothing will be told. Closing the socket ends it quietly. */
bool ny_socket_watch(ny_socket *socket, int64_t deadline, void (*told)(void *state, int code));
/* A new task that calls `function` without arguments: its FutureBox, owned. NY_ERROR: thrown. */
ny_word ny_task_spawn(ny_word function);
/* Writes all: the number of bytes, or -errno or NY_IO_*. */
ptrdiff_t ny_socket_send(ny_socket *socket, const void *bytes, size_t count, int64_t deadline);
/* The same for two runs of bytes, in one write where the kernel takes them at once. */
ptrdiff_t ny_socket_send_parts(ny_socket *socket, const void *first, size_t first_count,
                               const void *second, size_t second_count, int64_t deadline);
/* Writes all of `head`, then `count` bytes of a plain file from `offset` on, which the kernel takes
   from its cache (sendfile(2)); what is not in the cache is waited for by the worker, so have it
   read before. The number of bytes, -errno or NY_IO_*; -EIO where the file ends too early. */
ptrdiff_t ny_socket_send_file(ny_socket *socket, const void *head, size_t head_count, int file,
                              int64_t offset, size_t count, int64_t deadline);
/* Output that more will follow soon: room for `count` bytes, of which ny_socket_defer then says how
   many were written. They leave in order, with the next send, or when the worker would wait. NULL:
   no room, so send what there is. */
char *ny_socket_defer_room(ny_socket *socket, size_t count);
void ny_socket_defer(ny_socket *socket, size_t count);
bool ny_socket_defers(const ny_socket *socket); /* something waits */
void ny_socket_shut(ny_socket *socket); /* closes it; nothing if it is closed */
int ny_socket_descriptor(const ny_socket *socket); /* -1 when closed */
/* "127.0.0.1:4711" of the peer (owned String). */
ny_word ny_socket_peer(ny_socket *socket);
/* A slot for the protocol on top: its state lives and dies with the socket. `free_state` is called
   once, when the socket is closed. */
void *ny_socket_state(const ny_socket *socket);
void ny_socket_set_state(ny_socket *socket, void *state, void (*free_state)(void *));
bool ny_worker_stopping(void); /* after SIGTERM/SIGINT */

/* ---- System calls that may block --------------------------------------------------------------

   A job is plain data: its `run` is called in a helper thread and may touch nothing else of the
   worker's, not even its heap. The task that gives it away is suspended until it is done; other
   tasks run meanwhile. */
typedef struct ny_job {
    void (*run)(struct ny_job *);  /* in a helper thread */
    void (*drop)(struct ny_job *); /* in the worker, instead of the task that gave it up: frees it */
    struct ny_job *next;
    struct ny_task *task; /* NULL: cancelled, nobody waits for the job any more */
    bool done;
} ny_job;

/* Have the job run; suspends. True: it is done, and the caller's again. False: thrown (cancelled, or
   no thread); it is or will be dropped, and the caller must not look at it again. A job that never
   ends keeps neither the other tasks nor the end of the program waiting. */
bool ny_offload(ny_job *job, const char *what);
/* close(2) of a file that native code opened; who waits for a free descriptor goes on. */
void ny_file_close_descriptor(int file);

/* Let other ready tasks run. False: cancelled (thrown). */
bool ny_task_yield(void);
/* False: cancelled (thrown). */
bool ny_task_sleep(int64_t milliseconds);

#endif
