/* task.h: a task, and how it waits.

   A task runs a function of no arguments on a stack of its own and settles a FutureBox with the
   outcome. It has a stack only from its start to its end; before that it is a few words in the
   ready queue. The root task runs the program's main on the thread's own stack.

   To wait, a task puts an ny_waiter (on its stack) into a list that others know, and suspends. Who
   has news wakes it with a reason; the first reason counts. Then the task takes its waiter out of
   the list itself. */
#ifndef NYASH_TASK_H
#define NYASH_TASK_H

#include "include/nyash_io.h"
#include "stack.h"

enum ny_wake {
    NY_WAKE_EVENT,     /* what was waited for may have happened */
    NY_WAKE_TIMEOUT,   /* the deadline passed */
    NY_WAKE_CLOSED,    /* the thing waited for was closed */
    NY_WAKE_CANCELLED, /* the task was cancelled; told once */
};

enum ny_task_state { NY_TASK_READY, NY_TASK_RUNNING, NY_TASK_WAITING };

typedef struct ny_future ny_future;

typedef struct ny_task {
    struct ny_task *next;            /* in the ready queue, or of the free ones */
    struct ny_task *older, *younger; /* all tasks */
    void *resting;                   /* fiber.h: the stack pointer while it does not run */
    ny_stack *stack;                 /* NULL: not started, or the root task */
    ny_word closure;                 /* owned; NY_NULL for the root */
    ny_future *future;               /* owned reference; NULL for the root */
    uint64_t number;                 /* of all tasks of this run; never used again */
    struct ny_mutex *mutexes;        /* that it has locked */
    const char *waits_for;           /* for the deadlock report: "await", "accept", … */
    uint8_t state;                   /* ny_task_state */
    uint8_t wake;                    /* ny_wake, set by who wakes it */
    bool started;
    bool cancelled;                  /* cancel() was called and not told to the task yet */
    bool shielded;                   /* waits for the end of others: is not cancelled */
    bool reported_slow;              /* slow_task.h */
    bool ends_cycle;                 /* runs a fini for the collector (cycle_end.h) */
    bool idle;                       /* waits for work that a stopping worker does not want */
#if defined(__SANITIZE_ADDRESS__)
    void *shadow;                    /* AddressSanitizer's, while it does not run */
#endif
} ny_task;

/* A place in a list of waiting tasks. */
typedef struct ny_waiter {
    struct ny_waiter *next, *previous;
    ny_task *task;
    int64_t deadline; /* used by lists that have a timer */
} ny_waiter;

typedef struct ny_wait_list {
    ny_waiter *first, *last;
} ny_wait_list;

/* Takes part in the list from here to ny_waiter_leave; the last to come is the last to be woken. */
void ny_waiter_join(ny_waiter *waiter, ny_wait_list *list);
void ny_waiter_leave(ny_waiter *waiter, ny_wait_list *list);
void ny_wait_list_wake(ny_wait_list *list, enum ny_wake reason);
/* NY_WAKE_EVENT for the first that has no news yet. */
void ny_wait_list_wake_one(ny_wait_list *list);

/* scheduler.c --------------------------------------------------------------------------------- */

ny_task *ny_task_current(void);
/* Rest until someone wakes this task. A pending cancellation comes back at once. `what` says in a
   word what is waited for. */
enum ny_wake ny_task_suspend(const char *what);
/* Likewise, until `deadline` at the latest. */
enum ny_wake ny_task_suspend_until(const char *what, int64_t deadline);
/* Nothing if the task is not waiting. */
void ny_task_wake(ny_task *task, enum ny_wake reason);
/* ny_task_yield without the throw. */
bool ny_task_yield_quietly(void);
/* After an operation that could have waited but did not: lets others run when this task has had
   many of those in a row. False: cancelled (not thrown). */
bool ny_task_pause_if_due(void);
/* True: it had not ended. It gets a CancelledError where it waits next; one that has not started
   never runs. */
bool ny_task_cancel(ny_task *task);
/* Whether the current task was cancelled and has not been told; now it has. */
bool ny_task_take_cancellation(void);
/* Throws CancelledError. */
NY_COLD ny_word ny_task_throw_cancelled(void);

/* future.c, for the scheduler: what a task's function gave (owned), or NY_ERROR with the error
   pending. */
void ny_future_settle(ny_future *future, ny_word outcome);

/* Natives of task.nyash. */
ny_word ny_task_box_yield(void);
ny_word ny_task_box_sleep(int64_t milliseconds);

#endif
