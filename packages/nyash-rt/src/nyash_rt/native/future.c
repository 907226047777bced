/* Futures; see future.h. Declared by future.nyash. */
#include "future.h"

#include <stdio.h>

#include "clock.h"
#include "heap.h"
#include "scheduler.h"

ny_word ny_task_spawn(ny_word closure) {
    ny_future *future = (ny_future *)(void *)ny_box_new_id(NY_CLASS_FUTURE);
    if (NY_UNLIKELY(future == NULL)) return NY_ERROR;
    future->task = ny_scheduler_spawn(closure, future);
    if (NY_UNLIKELY(future->task == NULL)) {
        ny_release_box(future);
        return ny_heap_exhausted();
    }
    return ny_from_box(future);
}

/* An error that nobody will see otherwise. Cancelling is no error. */
static NY_COLD void report_unseen(ny_word error) {
    if (ny_error_is(error, "CancelledError", 0)) return;
    ny_print_flush();
    fputs("error in a task that nobody awaited: ", stderr);
    ny_report_uncaught(error);
}

uint64_t ny_future_failures;

void ny_future_settle(ny_future *future, ny_word outcome) {
    future->task = NULL;
    bool failed = outcome == NY_ERROR;
    if (NY_UNLIKELY(failed)) {
        outcome = ny_error_take();
        ny_future_failures++;
    }
    if (NY_UNLIKELY(future->box.flags & NY_DEAD)) {
        if (failed) report_unseen(outcome);
        ny_release(outcome);
        return;
    }
    future->value = outcome;
    future->state = failed ? NY_FUTURE_FAILED : NY_FUTURE_DONE;
    ny_wait_list_wake(&future->waiting, NY_WAKE_EVENT);
}

/* Wait until it is settled or the deadline passes. False: thrown. */
static bool wait_until(ny_future *future, int64_t deadline, const char *what) {
    if (NY_LIKELY(future->state != NY_FUTURE_PENDING)) return true;
    ny_waiter waiter = {0};
    enum ny_wake wake = NY_WAKE_EVENT;
    future->box.count++; /* the place it came from may change meanwhile */
    ny_waiter_join(&waiter, &future->waiting);
    while (future->state == NY_FUTURE_PENDING && wake == NY_WAKE_EVENT)
        wake = ny_task_suspend_until(what, deadline);
    ny_waiter_leave(&waiter, &future->waiting);
    if (wake == NY_WAKE_CANCELLED)
        ny_task_throw_cancelled();
    else if (wake == NY_WAKE_CLOSED)
        ny_use_after_fini(ny_from_box(future));
    ny_release_box(future);
    return wake == NY_WAKE_EVENT || wake == NY_WAKE_TIMEOUT;
}

ny_word ny_await(ny_word value) {
    if (!ny_is_future(value)) return ny_retain(value);
    ny_future *future = ny_future_of(value);
    if (NY_UNLIKELY(future->box.flags & NY_DEAD)) return ny_use_after_fini(value);
    future->observed = true;
    if (NY_LIKELY(future->state == NY_FUTURE_DONE)) return ny_retain(future->value);
    future->box.count++;
    ny_word result = NY_ERROR;
    if (wait_until(future, NY_NO_DEADLINE, "await")) {
        if (NY_UNLIKELY(future->box.flags & NY_DEAD)) /* since it woke us */
            ny_use_after_fini(value);
        else if (NY_LIKELY(future->state == NY_FUTURE_DONE))
            result = ny_retain(future->value);
        else
            ny_throw_again(ny_retain(future->value));
    }
    ny_release_box(future);
    return result;
}

bool ny_future_is_ready(ny_word me) { return ny_future_of(me)->state != NY_FUTURE_PENDING; }

ny_word ny_future_wait(ny_word me, int64_t milliseconds) {
    ny_future *future = ny_future_of(me);
    if (future->state != NY_FUTURE_PENDING) return NY_TRUE;
    if (milliseconds <= 0) return NY_FALSE;
    ny_retain(me);
    bool fine = wait_until(future, ny_clock_after(milliseconds), "a future");
    ny_word result = fine ? ny_from_bool(future->state != NY_FUTURE_PENDING) : NY_ERROR;
    ny_release(me);
    return result;
}

ny_word ny_future_cancel(ny_word me) {
    ny_future *future = ny_future_of(me);
    if (future->task != NULL) return ny_from_bool(ny_task_cancel(future->task));
    if (future->state != NY_FUTURE_PENDING) return NY_FALSE;
    ny_task_throw_cancelled(); /* a future without a task: nobody else will settle it */
    ny_future_settle(future, NY_ERROR);
    return NY_TRUE;
}

static bool may_settle(ny_future *future) {
    if (future->task == NULL && future->state == NY_FUTURE_PENDING) return true;
    ny_throw_error("StateError", future->task != NULL ? "a task will settle this future"
                                                      : "this future is settled");
    return false;
}

ny_word ny_future_complete(ny_word me, ny_word value) {
    if (!may_settle(ny_future_of(me))) return NY_ERROR;
    ny_future_settle(ny_future_of(me), ny_retain(value));
    return NY_NULL;
}

ny_word ny_future_fail(ny_word me, ny_word error) {
    if (!may_settle(ny_future_of(me))) return NY_ERROR;
    ny_throw(ny_retain(error));
    ny_future_settle(ny_future_of(me), NY_ERROR);
    return NY_NULL;
}

/* ---- The end --------------------------------------------------------------------------------- */

void ny_future_destroy(ny_box *box) {
    ny_future *future = (ny_future *)(void *)box;
    if (future->state == NY_FUTURE_FAILED && !future->observed) report_unseen(future->value);
    if (future->state != NY_FUTURE_PENDING) ny_release(future->value);
    future->value = 0;
    ny_wait_list_wake(&future->waiting, NY_WAKE_CLOSED);
}

void ny_future_visit(ny_box *box, void (*show)(ny_word, void *), void *context) {
    const ny_future *future = (const ny_future *)(const void *)box;
    if (future->value != 0) show(future->value, context);
}
