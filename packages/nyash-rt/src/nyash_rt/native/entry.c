/* What statements of a program turn into (no Box declares this). */
#include "mutex.h"
#include "scheduler.h"

/* Between the end of Main.main and the end of the top level's locals: wait for the tasks that still
   run (language.md section 7). */
void ny_tasks_finish(void) {
    ny_mutex_unlock_all(ny_task_current()); /* main is over; tasks may still wait for them */
    ny_scheduler_await_others(INT64_MAX);
}

/* The condition of the way out that a loop without `break` has only for the compiler. */
bool ny_never(void) { return false; }
