/* The report of a deadlock; see deadlock.h. No Box declares these. */
#include "deadlock.h"

#include <stdio.h>
#include <stdlib.h>

#include "program.h"

const char *ny_deadlock_task_name(const ny_task *task) {
    if (task->future == NULL) return "main";
    if (!ny_is_box(task->closure) || ny_as_box(task->closure)->class_id != NY_CLASS_FUNCTION)
        return "task";
    const char *name = ((const ny_closure *)(const void *)ny_as_box(task->closure))->name;
    return name != NULL ? name : "task";
}

void ny_deadlock_report(ny_task *youngest) {
    ny_print_flush();
    fputs("DeadlockError: every task waits for something that cannot happen\n", stderr);
    ny_task *task = youngest;
    while (task != NULL && task->older != NULL) task = task->older;
    for (; task != NULL; task = task->younger)
        fprintf(stderr, "    task %s waits for %s\n", ny_deadlock_task_name(task),
                task->waits_for != NULL ? task->waits_for : "its turn");
    exit(1);
}
