/* deadlock.h: every task waits, and no event, timer or signal can wake one.

   The report says where each task waits. Only unwinding a task tells that, for compiled code notes
   its lines when an error passes. So the tasks are resumed one after the other with an error, which
   takes its trace as far as the first handler: there the task is left for good, and no code of the
   program runs. */
#ifndef NYASH_DEADLOCK_H
#define NYASH_DEADLOCK_H

#include "task.h"

/* Begins, with all tasks that there are. */
NY_COLD void ny_deadlock_begin(ny_task *youngest);
/* The next task to resume, which the caller does. After the last one: prints the report and ends the
   program with exit code 1. */
NY_COLD ny_task *ny_deadlock_next(void);
/* What people call the task: its function's name, "main" for the root. */
const char *ny_deadlock_task_name(const ny_task *task);

#endif
