/* The pool of helper threads; see offload.h. No Box declares these.

   Jobs that are done go into a list, and an eventfd tells the worker's loop of the first one in it,
   so that many jobs that end together wake the worker once. */
#include "offload.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "loop.h"
#include "program.h"
#include "scheduler.h"

/* A thread may be stuck for good (opening a FIFO that nobody writes to), so there can be more than
   there are processors; those without work end. */
enum { MOST_THREADS = 64, IDLE_SECONDS = 10 };
/* Enough for the C library's resolver (musl's needs some 10 KiB, glibc's more). */
#define THREAD_STACK_BYTES ((size_t)256 << 10)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t work; /* counts jobs that wait */
/* Under the lock. */
static ny_job *first_waiting, *last_waiting, *finished;
static unsigned threads, busy, waiting;
static int notice = -1; /* the eventfd */
/* Of the worker alone. */
static ny_descriptor notices;
static uint32_t wanted; /* jobs that a task waits for */

/* Holds the lock when there is one. NULL: there was none for a while. */
static ny_job *next_job(void) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += IDLE_SECONDS;
    int code;
    while ((code = sem_timedwait(&work, &until)) != 0 && errno == EINTR) {}
    pthread_mutex_lock(&lock);
    if (code != 0) { /* one may have come just now: then it is counted */
        bool over = waiting == 0;
        threads -= over;
        pthread_mutex_unlock(&lock);
        return over ? NULL : next_job();
    }
    ny_job *job = first_waiting;
    first_waiting = job->next;
    waiting--;
    busy++;
    return job;
}

static void *help(void *context) {
    (void)context;
    for (ny_job *job; (job = next_job()) != NULL;) {
        pthread_mutex_unlock(&lock);
        job->run(job);
        pthread_mutex_lock(&lock);
        busy--;
        bool alone = finished == NULL;
        job->next = finished;
        finished = job;
        pthread_mutex_unlock(&lock);
        uint64_t one = 1;
        while (alone && write(notice, &one, sizeof one) < 0 && errno == EINTR) {}
    }
    return NULL;
}

/* 0 or an errno. Signals stay with the worker's thread. */
static int start_thread(void) {
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    int code = pthread_attr_init(&attributes);
    if (code != 0) return code;
    pthread_attr_setstacksize(&attributes, THREAD_STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    code = pthread_create(&thread, &attributes, help, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return code;
}

/* ---- In the worker --------------------------------------------------------------------------- */

static ny_job *take_finished(void) {
    pthread_mutex_lock(&lock);
    ny_job *job = finished, *in_order = NULL;
    finished = NULL;
    pthread_mutex_unlock(&lock);
    while (job != NULL) { /* the first to be done comes first */
        ny_job *next = job->next;
        job->next = in_order;
        in_order = job;
        job = next;
    }
    return in_order;
}

/* The eventfd is never read: the poller tells of each write, and reading would be told as room
   to write. */
static void collect(void) {
    notices.readable = false; /* the next notice is a new event */
    for (ny_job *job = take_finished(), *next; job != NULL; job = next) {
        next = job->next;
        job->done = true;
        if (job->task != NULL)
            ny_task_wake(job->task, NY_WAKE_EVENT);
        else
            job->drop(job);
    }
}

static void told(ny_descriptor *descriptor, int code) {
    (void)descriptor, (void)code;
    collect();
    if (wanted != 0) ny_descriptor_watch(&notices, NY_NO_DEADLINE, told);
}

/* 0 or an errno. */
static int start(void) {
    if (notice >= 0) return 0;
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) return errno;
    sem_init(&work, 0, 0);
    ny_descriptor_open(&notices, fd);
    notice = fd;
    return 0;
}

/* 0 or an errno. */
static int give(ny_job *job) {
    pthread_mutex_lock(&lock);
    int code = 0;
    if (threads - busy <= waiting && threads < MOST_THREADS) {
        code = start_thread();
        if (code == 0)
            threads++;
        else if (threads > 0)
            code = 0; /* those that are there will come to it */
    }
    if (code == 0) {
        job->next = NULL;
        if (first_waiting == NULL)
            first_waiting = job;
        else
            last_waiting->next = job;
        last_waiting = job;
        waiting++;
    }
    pthread_mutex_unlock(&lock);
    if (code == 0) sem_post(&work); /* who is woken finds the lock free */
    return code;
}

/* 0 or an errno. */
static int want(void) {
    if (wanted == 0) {
        collect(); /* what nobody waited for may be done, and its notice would hide the next */
        if (!ny_descriptor_watch(&notices, NY_NO_DEADLINE, told)) return ENOMEM;
    }
    wanted++;
    return 0;
}

static void want_no_more(void) {
    if (--wanted == 0) ny_descriptor_unwatch(&notices);
}

/* Whether a call that blocks keeps nobody waiting: the main task is the only one, and neither a
   timer nor a descriptor nor a signal can start another. */
static bool is_alone(void) {
    return ny_scheduler_is_root() && !ny_scheduler_has_others() && ny_loop_expects_nothing();
}

bool ny_offload(ny_job *job, const char *what) {
    job->done = false;
    job->task = ny_task_current();
#ifdef NYASH_FAULTS
    const bool here = true; /* faults are counted in one order */
#else
    const bool here = is_alone();
#endif
    if (here) {
        job->run(job);
        return true;
    }
    int code = start();
    if (code == 0) code = want();
    if (code == 0) {
        code = give(job);
        if (code != 0) want_no_more();
    }
    if (code != 0) {
        job->drop(job);
        ny_throw_system(code, "cannot start a helper thread");
        return false;
    }
    enum ny_wake wake = NY_WAKE_EVENT;
    while (!job->done && wake != NY_WAKE_CANCELLED) wake = ny_task_suspend(what);
    want_no_more();
    if (wake != NY_WAKE_CANCELLED) return true;
    job->task = NULL;
    if (job->done) job->drop(job);
    ny_task_throw_cancelled();
    return false;
}
