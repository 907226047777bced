/* The report of a deadlock; see deadlock.h. No Box declares these. */
#include "deadlock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "leak_check.h"
#include "scheduler.h"

#define DEADLOCK_CODE 1 /* as of an uncaught error */

typedef struct waiting {
    ny_task *task;
    const char *name, *what;
    ny_trace trace;
} waiting;

static waiting *all;
static size_t count, resumed;

const char *ny_deadlock_task_name(const ny_task *task) {
    if (task->future == NULL) return "main";
    if (!ny_is_box(task->closure) || ny_as_box(task->closure)->class_id != NY_CLASS_FUNCTION)
        return "task";
    const char *name = ((const ny_closure *)(const void *)ny_as_box(task->closure))->name;
    if (name == NULL) return "task";
    return strncmp(name, "task ", 5) == 0 ? name + 5 : name; /* lower/task.py names them so */
}

static void print_site(const char *before, const ny_site *site) {
    fprintf(stderr, "%s%s (%s:%u)\n", before, site->function, site->file, site->line);
}

static void print_waiting(const waiting *waiting) {
    uint32_t kept = waiting->trace.count < NY_TRACE_LIMIT ? waiting->trace.count : NY_TRACE_LIMIT;
    fprintf(stderr, "    task %s waits for %s\n", waiting->name, waiting->what);
    for (uint32_t i = 0; i < kept; i++)
        if (waiting->trace.sites[i] < ny_site_count)
            print_site("        at ", &ny_sites[waiting->trace.sites[i]]);
}

static NY_COLD void report_and_end(void) {
    fputs("DeadlockError: every task waits for something that cannot happen\n", stderr);
    for (size_t i = 0; i < count; i++) print_waiting(&all[i]);
    exit(ny_leak_check_after_end(DEADLOCK_CODE, NY_END_THROWN, false));
}

/* The error has come to a handler, or to the end of its task. */
static void take_trace(void) {
    all[resumed - 1].trace = ny_pending.trace;
    ny_pending.error = NY_ERROR;
    ny_scheduler_leave_for(ny_deadlock_next());
}

void ny_deadlock_begin(ny_task *youngest) {
    ny_print_flush();
    ny_leak_check_before_end(); /* while the tasks still hold what is theirs */
    ny_task *oldest = youngest;
    for (ny_task *task = youngest; task != NULL; task = task->older) {
        oldest = task;
        count++;
    }
    all = calloc(count, sizeof *all);
    if (all == NULL) count = 0; /* then the report names no tasks */
    ny_task *task = oldest;
    for (size_t i = 0; i < count; i++, task = task->younger) {
        const char *what = task->waits_for != NULL ? task->waits_for : "its turn";
        all[i] = (waiting){.task = task, .name = ny_deadlock_task_name(task), .what = what};
    }
    ny_error_probe = take_trace;
}

/* A task that only waits for the end of others has no place worth telling. */
static bool can_be_resumed(const ny_task *task) {
    return task->started && task->state == NY_TASK_WAITING && !task->shielded;
}

ny_task *ny_deadlock_next(void) {
    while (resumed < count) {
        ny_task *task = all[resumed++].task;
        if (!can_be_resumed(task)) continue;
        task->wake = NY_WAKE_CANCELLED;
        return task;
    }
    report_and_end();
    return NULL;
}
