/* deadlock.h: every task waits, and no event, timer or signal can wake one. */
#ifndef NYASH_DEADLOCK_H
#define NYASH_DEADLOCK_H

#include "task.h"

/* Lists the tasks, from the oldest, and ends the program with exit code 1. */
NY_COLD void ny_deadlock_report(ny_task *youngest) __attribute__((noreturn));
/* What people call the task: its function's name, "main" for the root. */
const char *ny_deadlock_task_name(const ny_task *task);

#endif
