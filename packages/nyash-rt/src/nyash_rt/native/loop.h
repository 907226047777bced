/* loop.h: the event loop of the worker, and waiting for descriptors.

   A descriptor remembers for each direction whether an operation may succeed. Operations are tried
   first; one that would block clears `ready` and waits, and only then is the descriptor given to
   the poller, once and for all. Deadlines are lazy: a direction has one timer, which is armed for
   the earliest deadline and stays armed when the wait ends early; when it fires and nobody's
   deadline has passed, it is armed anew or not at all. So a busy connection costs no timer work. */
#ifndef NYASH_LOOP_H
#define NYASH_LOOP_H

#include "task.h"
#include "timer_wheel.h"

typedef struct ny_direction {
    ny_wait_list waiting;
    ny_timer timer;
} ny_direction;

typedef struct ny_descriptor {
    int fd; /* only while `open` */
    bool open;
    bool registered;
    bool always_ready; /* the poller cannot watch it (a plain file) */
    bool hangup;       /* the peer has closed its side or the connection failed: read to the end */
    bool readable, writable;
    bool watched; /* instead of a task, `told` waits for input */
    bool unsent;  /* `writable_told` waits for room to send */
    bool broken;  /* sending failed while nobody was there to be told */
    uint16_t generation; /* another for each handle, and close(): who waits finds out */
    ny_direction reading, writing;
    int64_t told_deadline;
    /* Runs inside the event loop, at most once per watch: it starts tasks and never runs the
       program's code. `code`: 0, or NY_IO_TIMEOUT. */
    void (*told)(struct ny_descriptor *, int code);
} ny_descriptor;

/* Takes over an open, non-blocking descriptor. The struct was zero at first, or is closed. */
void ny_descriptor_open(ny_descriptor *descriptor, int fd);
/* Wakes all who wait (NY_IO_CLOSED), and closes it. Nothing if it is closed. */
void ny_descriptor_close(ny_descriptor *descriptor);
/* Tasks that need a descriptor and got none; who closes one wakes them. */
extern ny_wait_list ny_descriptors_wanted;
static inline void ny_descriptor_freed(void) {
    if (NY_UNLIKELY(ny_descriptors_wanted.first != NULL))
        ny_wait_list_wake(&ny_descriptors_wanted, NY_WAKE_EVENT);
}
/* Wait until it may be readable (writable). 0, NY_IO_TIMEOUT, NY_IO_CLOSED, NY_IO_CANCELLED (not
   thrown), or -errno. `what` as in ny_task_suspend. */
int ny_descriptor_wait_readable(ny_descriptor *descriptor, int64_t deadline, const char *what);
int ny_descriptor_wait_writable(ny_descriptor *descriptor, int64_t deadline, const char *what);
/* Waits for input without a task: `told` is called. False: it is readable already, or cannot be
   watched, and nothing will be told. */
bool ny_descriptor_watch(ny_descriptor *descriptor, int64_t deadline,
                         void (*told)(ny_descriptor *, int code));
void ny_descriptor_unwatch(ny_descriptor *descriptor); /* nothing if it is not watched */

/* `told` runs once, inside the event loop, when something can be sent again; it is the same for all
   descriptors. Nothing is told of those that the poller cannot take. */
void ny_descriptor_tell_writable(ny_descriptor *descriptor, void (*told)(ny_descriptor *));

/* Called at the start of each turn; NULL: nothing is to do before waiting. */
extern void (*ny_loop_before_wait)(void);

void ny_loop_start(void);
/* One turn: wait (if `may_wait`) for events and time, and wake the tasks concerned. False: nothing
   can ever happen, so it did not wait. */
bool ny_loop_turn(bool may_wait);
/* Only the running task can make anything happen. */
bool ny_loop_expects_nothing(void);
/* Something outside (a signal) may wake the worker, though no task waits for a descriptor. */
void ny_loop_hold(void);
void ny_loop_unhold(void);

#endif
