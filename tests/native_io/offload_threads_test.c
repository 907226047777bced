/* The pool of helper threads without the scheduler, for ThreadSanitizer, which does not know fibers: a
   task that waits here begins others on the same stack, and then polls for notices itself. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop.h"
#include "offload.h"
#include "scheduler.h"

#define DEEPEST 24
#define JOBS 4000

typedef struct sum_job {
    ny_job job;
    unsigned from, count;
    bool slow;
    uint64_t sum;
    char text[64];
} sum_job;

static ny_task tasks[DEEPEST];
static unsigned depth, made, done, cancelled, dropped, failures;
static uint32_t state = 7;

static ny_descriptor *watched;
static void (*watched_told)(ny_descriptor *, int);

static uint32_t pick(uint32_t below) { /* xorshift32: Marsaglia, 2003 */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

/* ---- In helper threads ----------------------------------------------------------------------- */

static void add_up(ny_job *job) {
    sum_job *me = (sum_job *)job;
    for (unsigned i = 0; i < me->count; i++) me->sum += me->from + i;
    if (me->slow) usleep(500);
    snprintf(me->text, sizeof me->text, "%llu", (unsigned long long)me->sum);
}

/* ---- In the worker --------------------------------------------------------------------------- */

static void drop(ny_job *job) {
    dropped++;
    free(job);
}

static void one_job(void) {
    sum_job *job = calloc(1, sizeof *job);
    *job = (sum_job){.job = {.run = add_up, .drop = drop}, .from = made++, .count = pick(3000),
                     .slow = pick(20) == 0};
    uint64_t wanted = (uint64_t)job->count * job->from +
                      (job->count ? (uint64_t)job->count * (job->count - 1) / 2 : 0);
    depth++;
    bool fine = ny_offload(&job->job, "a sum");
    depth--;
    if (!fine) return; /* it was dropped, or will be */
    char text[64];
    snprintf(text, sizeof text, "%llu", (unsigned long long)wanted);
    failures += job->sum != wanted || strcmp(job->text, text) != 0;
    done++;
    free(job);
}

ny_task *ny_task_current(void) { return &tasks[depth - 1]; }

void ny_task_wake(ny_task *task, enum ny_wake reason) {
    task->wake = (uint8_t)reason;
    task->state = NY_TASK_READY;
}

enum ny_wake ny_task_suspend(const char *what) {
    (void)what;
    ny_task *me = ny_task_current();
    me->state = NY_TASK_WAITING;
    while (me->state == NY_TASK_WAITING) {
        if (depth < DEEPEST && made < JOBS && pick(3) != 0) {
            one_job();
        } else if (pick(50) == 0) {
            cancelled++;
            return NY_WAKE_CANCELLED;
        } else if (watched != NULL) {
            struct pollfd notice = {.fd = watched->fd, .events = POLLIN};
            if (poll(&notice, 1, 1000) <= 0) continue;
            uint64_t count; /* the loop's poller tells of each write once */
            if (read(notice.fd, &count, sizeof count) < 0) continue;
            ny_descriptor *descriptor = watched;
            watched = NULL;
            watched_told(descriptor, 0);
        }
    }
    return me->wake;
}

bool ny_scheduler_is_root(void) { return true; }

bool ny_scheduler_has_others(void) { return true; }

bool ny_loop_expects_nothing(void) { return false; }

ny_word ny_task_throw_cancelled(void) { return NY_ERROR; }

ny_word ny_throw_system(int code, const char *format, ...) {
    fprintf(stderr, "%s: %s\n", format, strerror(code));
    failures++;
    return NY_ERROR;
}

void ny_descriptor_open(ny_descriptor *descriptor, int fd) {
    *descriptor = (ny_descriptor){.fd = fd, .open = true};
}

bool ny_descriptor_watch(ny_descriptor *descriptor, int64_t deadline,
                         void (*told)(ny_descriptor *, int)) {
    (void)deadline;
    watched = descriptor;
    watched_told = told;
    return true;
}

void ny_descriptor_unwatch(ny_descriptor *descriptor) {
    if (watched == descriptor) watched = NULL;
}

int main(void) {
    while (made < JOBS) one_job();
    for (int tries = 0; tries < 200 && done + dropped < made; tries++) {
        usleep(10000); /* what was cancelled ends, and the next one to come finds it */
        made++;
        one_job();
    }
    if (failures != 0 || done + dropped != made || cancelled == 0) {
        fprintf(stderr, "%u jobs, %u done, %u cancelled, %u dropped, %u failures\n", made, done,
                cancelled, dropped, failures);
        return 1;
    }
    return 0;
}
