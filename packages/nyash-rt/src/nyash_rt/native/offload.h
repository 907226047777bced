/* offload.h: a small pool of helper threads for system calls that may block (files, host names).

   A job is plain data: its `run` is called in a helper thread and may touch nothing else of the
   worker's, not even its heap. The task that gives it away is suspended until it is done; other
   tasks run meanwhile. */
#ifndef NYASH_OFFLOAD_H
#define NYASH_OFFLOAD_H

#include "task.h"

typedef struct ny_job {
    void (*run)(struct ny_job *);  /* in a helper thread */
    void (*drop)(struct ny_job *); /* in the worker, instead of the task that gave it up: frees it */
    struct ny_job *next;
    ny_task *task; /* NULL: cancelled, nobody waits for the job any more */
    bool done;
} ny_job;

/* Have the job run; suspends. True: it is done, and the caller's again. False: thrown (cancelled, or
   no thread); it is or will be dropped, and the caller must not look at it again. A job that never
   ends keeps neither the other tasks nor the end of the program waiting. */
bool ny_offload(ny_job *job, const char *what);

#endif
