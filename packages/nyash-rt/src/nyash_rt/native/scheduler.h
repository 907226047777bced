/* scheduler.h: starting, ending and counting tasks. Waiting is in task.h.

   There is no scheduler stack: a task that suspends itself takes the next ready task and switches
   to it, or, when none is ready, runs the event loop until one is. A task that ends runs the next
   one that has not started yet on the same stack, without a switch. */
#ifndef NYASH_SCHEDULER_H
#define NYASH_SCHEDULER_H

#include "program.h"
#include "task.h"

/* The caller becomes the root task. */
void ny_scheduler_start(void);
/* A new task at the end of the ready queue. It runs `closure` and settles `future`; takes a
   reference to both. NULL: no memory (nothing thrown). */
ny_task *ny_scheduler_spawn(ny_word closure, ny_future *future);
/* Called by the task that ends the program: wait until it is the only one, or `deadline`. False:
   the deadline passed, or it was cancelled. */
bool ny_scheduler_await_others(int64_t deadline);
void ny_scheduler_cancel_others(void);
/* The worker stops: tasks that are `idle` look again. */
void ny_scheduler_wake_idle(void);
/* Goes on with `task`, which has been started, and never comes back to the one that runs. */
void ny_scheduler_leave_for(ny_task *task) __attribute__((noreturn));
/* The root task has nothing more to do, because another task ends the program. Never returns. */
void ny_scheduler_end_root(void) __attribute__((noreturn));
bool ny_scheduler_is_root(void);
/* Changes whenever a task is chosen to run. */
extern uint32_t ny_scheduler_turn;
/* The next switch asks the poller first. May be called from a signal handler. */
void ny_scheduler_ask_poller(void);
/* Whether there are tasks beside the running one. */
bool ny_scheduler_has_others(void);
/* The end of what may be read of the root task's stack above `from`, at most `most` bytes. */
uintptr_t ny_scheduler_root_stack(uintptr_t from, uintptr_t most);
/* Whether the address lies in the guard of the running task's stack; its name, for the report. */
bool ny_scheduler_guard_hit(uintptr_t address, const char **name);

#endif
