/* The pool of helper threads; see offload.h. No Box declares these.

   Jobs that are done go into a list, and an eventfd tells the worker's loop of the first one in it,
   so that many jobs that end together wake the worker once. */
#include "offload.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "loop.h"
#include "program.h"

/* A thread may be stuck for good (opening a FIFO that nobody writes to), so there can be more than
   there are processors; those without work end. */
enum { MOST_THREADS = 64, IDLE_SECONDS = 10 };
/* Enough for the C library's resolver (musl's needs some 10 KiB, glibc's more). */
#define THREAD_STACK_BYTES ((size_t)256 << 10)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
/* Under the lock. */
static ny_job *first_waiting, *last_waiting, *finished;
static unsigned threads, idle, waiting;
static int notice = -1; /* the eventfd */
/* Of the worker alone. */
static ny_descriptor notices;
static uint32_t wanted; /* jobs that a task waits for */

static ny_job *next_job(void) {
    while (first_waiting == NULL) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += IDLE_SECONDS;
        idle++;
        int code = pthread_cond_timedwait(&work, &lock, &until);
        idle--;
        if (code == ETIMEDOUT && first_waiting == NULL) return NULL;
    }
    ny_job *job = first_waiting;
    first_waiting = job->next;
    waiting--;
    return job;
}

static void *help(void *context) {
    (void)context;
    pthread_mutex_lock(&lock);
    for (ny_job *job; (job = next_job()) != NULL;) {
        pthread_mutex_unlock(&lock);
        job->run(job);
        pthread_mutex_lock(&lock);
        bool alone = finished == NULL;
        job->next = finished;
        finished = job;
        uint64_t one = 1;
        while (alone && write(notice, &one, sizeof one) < 0 && errno == EINTR) {}
    }
    threads--;
    pthread_mutex_unlock(&lock);
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

static void collect(void) {
    uint64_t count;
    while (read(notices.fd, &count, sizeof count) < 0 && errno == EINTR) {}
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
    ny_descriptor_open(&notices, fd);
    notice = fd;
    return 0;
}

/* 0 or an errno. */
static int give(ny_job *job) {
    pthread_mutex_lock(&lock);
    int code = 0;
    if (idle <= waiting && threads < MOST_THREADS) {
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
        pthread_cond_signal(&work);
    }
    pthread_mutex_unlock(&lock);
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

bool ny_offload(ny_job *job, const char *what) {
    job->done = false;
    job->task = ny_task_current();
#ifdef NYASH_FAULTS
    job->run(job); /* faults are counted in one order */
    return true;
#endif
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
