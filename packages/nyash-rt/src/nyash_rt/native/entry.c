/* What the entry function of a program calls (no Box declares this). */
#include "scheduler.h"

/* Between the end of Main.main and the end of the top level's locals: wait for the tasks that still
   run (language.md section 7). */
void ny_tasks_finish(void) { ny_scheduler_await_others(INT64_MAX); }
