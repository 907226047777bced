/* cycle_task.h: the collector of cycles while the worker has nothing else to do. */
#ifndef NYASH_CYCLE_TASK_H
#define NYASH_CYCLE_TASK_H

#include <stdbool.h>

/* Does a slice, if there is a reason; starts a task for what has to be ended. True: ask again,
   or run that task, before waiting. */
bool ny_cycle_task_idle(void);

#endif
