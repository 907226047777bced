/* future.h: a FutureBox, the outcome of a task once there is one.

   The task holds a reference until it has settled the future, so a program may drop it at once.
   The future knows its task only while that has not ended. */
#ifndef NYASH_FUTURE_H
#define NYASH_FUTURE_H

#include "program.h"
#include "task.h"

enum ny_future_state { NY_FUTURE_PENDING, NY_FUTURE_DONE, NY_FUTURE_FAILED };

struct ny_future {
    ny_box box;
    ny_wait_list waiting;
    ny_word value; /* the result or the error, owned; 0 while pending */
    ny_task *task; /* who will settle it; NULL when none will, or has */
    uint8_t state;
    bool observed; /* someone awaits or awaited it: they get the error */
    uint8_t reserved[6];
};

static inline bool ny_is_future(ny_word value) {
    return ny_is_box(value) && ny_is(value, NY_CLASS_FUTURE);
}
static inline ny_future *ny_future_of(ny_word word) { return (ny_future *)(void *)ny_as_box(word); }
/* Futures that were settled with an error, ever: no change means that none was. */
extern uint64_t ny_future_failures;

/* Natives of future.nyash. */
bool ny_future_is_ready(ny_word me);
ny_word ny_future_wait(ny_word me, int64_t milliseconds);
ny_word ny_future_cancel(ny_word me);
ny_word ny_future_complete(ny_word me, ny_word value);
ny_word ny_future_fail(ny_word me, ny_word error);
void ny_future_destroy(ny_box *box);
void ny_future_visit(ny_box *box, void (*show)(ny_word, void *), void *context);

/* Natives of task.nyash (future_group.c). Values that are no futures count as settled. */
/* The index of a future in the Array that is settled; waits until one is. */
ny_word ny_future_first_ready(ny_word futures);
/* An Array of the results; the error of the first to fail, at once. Errors of the others are not
   reported: they are taken over by who calls this. */
ny_word ny_future_all(ny_word futures);
/* Errors of these are not reported from now on. */
void ny_future_take_over(ny_word futures);

#endif
