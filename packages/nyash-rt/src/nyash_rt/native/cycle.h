/* cycle.h: Boxes that keep only each other alive. Natives of debug.nyash. */
#ifndef NYASH_CYCLE_H
#define NYASH_CYCLE_H

#include "heap.h"

/* Finalises and frees them; their number. */
int64_t ny_cycle_collect(void);
/* Their number, without touching them; -1: no memory to find out. */
int64_t ny_cycle_count(void);

/* ---- By itself --------------------------------------------------------------------------------

   A collection begins when the heap has grown by as much as lived before (or 4 MiB), and when the
   worker has nothing to do and something has grown. It goes in slices of about a millisecond. */

/* A safe point: here any code may run, and the task may be suspended. Where the heap has grown, a
   slice is done; the last one runs the fini functions of what was found. */
NY_COLD void ny_cycle_slice(void);
/* The worker has nothing to do: a slice, if there is a reason. Runs no code of the program. */
enum ny_cycle_news {
    NY_CYCLE_NOTHING,  /* it may wait */
    NY_CYCLE_MORE,     /* ask again before waiting */
    NY_CYCLE_SUSPECTS, /* a task has to call ny_cycle_end_some */
};
enum ny_cycle_news ny_cycle_idle(void);
/* Ends some of what is cut off: runs fini functions, which may suspend. True: there is more. */
bool ny_cycle_end_some(void);

static inline void ny_cycle_safe_point(void) {
    if (NY_UNLIKELY(ny_heap_has_grown)) ny_cycle_slice();
}

#endif
