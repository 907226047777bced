/* worker_process.h: WorkerProcessBox, a further process of the same program.

   It runs the same executable with the same arguments, a few environment variables more, and a socket
   by which the two can talk; each finds out by its end that the other is gone. Descriptors that it
   shall inherit are named in the environment by their number. */
#ifndef NYASH_WORKER_PROCESS_H
#define NYASH_WORKER_PROCESS_H

#include "socket.h"

typedef struct ny_worker_process {
    ny_box box;
    int32_t pid;      /* 0: not started, or its end was noticed */
    int32_t status;   /* of waitpid, once it has ended */
    bool ended;
    ny_descriptor end; /* a pidfd, where the kernel has them (Linux 5.3) */
} ny_worker_process;

void ny_worker_process_destroy(ny_box *box);

/* Starts it; `environment` is a Map of Strings, `inherited` a SocketBox to pass on, or null. The
   SocketBox to talk by; IOError. */
ny_word ny_worker_process_start(ny_word me, ny_word environment, ny_word inherited);
int64_t ny_worker_process_pid(ny_word me);
/* Its exit code, 128 + n where signal n ended it; suspends until then. */
ny_word ny_worker_process_wait(ny_word me);
bool ny_worker_process_is_running(ny_word me);
void ny_worker_process_kill(ny_word me);
/* The other side: the SocketBox to talk by, or null in a process that nobody started so; the inherited
   socket, likewise. Both can be taken once. */
ny_word ny_worker_process_channel(void);
ny_word ny_worker_process_inherited(void);

#endif
