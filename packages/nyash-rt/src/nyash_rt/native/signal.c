/* Signals; see signal_handlers.h. Declared by process.nyash. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "loop.h"
#include "poller.h"
#include "process.h"
#include "program.h"
#include "scheduler.h"
#include "signal_handlers.h"

/* ---- Stop ------------------------------------------------------------------------------------ */

static volatile sig_atomic_t stop_signal; /* 0: none has come */
static ny_descriptor stop_event; /* an eventfd: ends the poller's sleep */
static ny_word stop_functions; /* an Array, owned; 0: no onStop yet, or delivered */
static volatile sig_atomic_t hung_up; /* a SIGHUP has come and was not delivered */
static ny_word hang_up_functions; /* an Array, owned; 0: no onHangUp yet */

bool ny_worker_stopping(void) { return stop_signal != 0; }

static void stop_handler(int signal) {
    if (stop_signal != 0) _exit(128 + signal);
    stop_signal = signal;
    int saved = errno;
    uint64_t one = 1;
    if (write(stop_event.fd, &one, sizeof one) < 0) _exit(128 + signal);
    errno = saved;
}

static void hang_up_handler(int signal) {
    (void)signal;
    hung_up = 1;
    int saved = errno;
    uint64_t one = 1;
    if (write(stop_event.fd, &one, sizeof one) < 0) hung_up = 1; /* told of with what came before */
    errno = saved;
}

static bool start_task(ny_word function) {
    ny_word future = ny_task_spawn(function);
    if (future == NY_ERROR) return false;
    ny_release(future); /* an error in it is reported when the task ends */
    return true;
}

/* The eventfd by which handlers end the poller's sleep. False: thrown. */
static bool watch_events(void) {
    if (stop_event.open) return true;
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) return ny_throw_system(errno, "cannot watch signals"), false;
    ny_descriptor_open(&stop_event, fd);
    int code = ny_poller_add(fd, &stop_event);
    if (code == 0) return true;
    ny_descriptor_close(&stop_event);
    return ny_throw_system(code, "cannot watch signals"), false;
}

/* From here on the signals are ours. False: thrown. */
static bool install(ny_word *functions, void (*handler)(int), int first, int second) {
    if (*functions != 0) return true;
    if (!watch_events()) return false;
    *functions = ny_array_empty();
    if (*functions == NY_ERROR) return false;
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK | SA_RESTART};
    sigaction(first, &action, NULL);
    sigaction(second, &action, NULL);
    return true;
}

static bool install_stop(void) {
    return install(&stop_functions, stop_handler, SIGTERM, SIGINT);
}

/* A program that waits for a signal has no deadlock. False: thrown. */
static bool add(ny_word functions, ny_word function) {
    if (!ny_array_append(functions, ny_retain(function))) return false;
    if (ny_array_count(functions) == 1) ny_loop_hold();
    return true;
}

ny_word ny_process_on_stop(ny_word function) {
    if (stop_signal != 0) return start_task(function) ? NY_NULL : NY_ERROR;
    return install_stop() && add(stop_functions, function) ? NY_NULL : NY_ERROR;
}

ny_word ny_process_on_hang_up(ny_word function) {
    bool done = install(&hang_up_functions, hang_up_handler, SIGHUP, SIGHUP) &&
                add(hang_up_functions, function);
    return done ? NY_NULL : NY_ERROR;
}

void ny_process_stop(void) {
    if (stop_signal == 0) raise(SIGTERM);
}

void ny_process_hang_up(void) {
    if (hang_up_functions != 0) raise(SIGHUP);
}

static ny_word exit_by_signal(ny_word closure) {
    (void)closure;
    return ny_process_exit(128 + stop_signal);
}

/* A program that only waits for a signal without having asked for it has a deadlock: no hold. */
void ny_signal_exit(void) {
    if (!install_stop()) ny_release(ny_error_take());
}

/* No memory for the function: as if there had been no handler. */
static void exit_in_a_task(void) {
    ny_word function = ny_closure_new((void *)exit_by_signal, 0, 0, "signal");
    if (function == NY_ERROR || !start_task(function)) _exit(128 + stop_signal);
    ny_release(function);
}

static void forget(ny_word *functions) {
    ny_word gone = *functions;
    if (gone == 0) return;
    *functions = 0;
    if (ny_array_count(gone) != 0) ny_loop_unhold();
    ny_release(gone);
}

/* Without memory for a task, its function is not run this time. */
static NY_COLD void deliver_hang_up(void) {
    hung_up = 0;
    for (size_t i = 0; hang_up_functions != 0 && i < ny_array_count(hang_up_functions); i++)
        if (!start_task(ny_array_at(hang_up_functions, i))) ny_release(ny_error_take());
}

void ny_signal_deliver(void) {
    if (NY_UNLIKELY(hung_up != 0)) deliver_hang_up();
    if (NY_LIKELY(stop_signal == 0) || stop_functions == 0) return;
    if (ny_array_count(stop_functions) == 0) exit_in_a_task();
    static size_t started;
    for (; started < ny_array_count(stop_functions); started++) {
        if (start_task(ny_array_at(stop_functions, started))) continue;
        /* No memory. The program must stop all the same: again when the poller tells of it. */
        ny_release(ny_error_take());
        uint64_t one = 1;
        if (write(stop_event.fd, &one, sizeof one) < 0) break;
        return;
    }
    ny_scheduler_wake_idle();
    forget(&stop_functions);
}

void ny_signal_end(void) {
    forget(&stop_functions);
    forget(&hang_up_functions);
}

/* ---- Stack overflow -------------------------------------------------------------------------- */

/* The handler cannot run on the full stack. The kernel's frame with all vector registers takes up
   to 11 KiB. AddressSanitizer brings a handler of its own. */
#if !defined(__SANITIZE_ADDRESS__)
static char handler_stack[(size_t)32 << 10];
static uintptr_t thread_stack; /* an address near the start of the thread's own stack */

/* The thread's own stack ends where its limit is; the kernel keeps 1 MiB free below it. */
static bool thread_guard_hit(uintptr_t address) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return false;
    uintptr_t end = thread_stack - limit.rlim_cur;
    uintptr_t margin = (uintptr_t)1 << 20;
    return ny_scheduler_is_root() && address > end - margin && address < end + margin;
}

static void write_text(const char *text) {
    if (write(STDERR_FILENO, text, strlen(text)) < 0) return;
}

static void fault_handler(int signal, siginfo_t *info, void *context) {
    (void)context;
    uintptr_t address = (uintptr_t)info->si_addr;
    const char *name = "main";
    if (!ny_scheduler_guard_hit(address, &name) && !thread_guard_hit(address)) {
        struct sigaction action = {.sa_handler = SIG_DFL};
        sigaction(signal, &action, NULL); /* the fault comes again and ends the process */
        return;
    }
    ny_print_flush();
    write_text("StackOverflowError: the stack of task ");
    write_text(name);
    write_text(" is full; a recursion has no end, or is too deep\n");
    _exit(1);
}

static void watch_faults(void) {
    thread_stack = (uintptr_t)__builtin_frame_address(0);
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_sigaction = fault_handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}
#else
static void watch_faults(void) {}
#endif

void ny_signal_start(void) {
    struct sigaction action = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &action, NULL);
    watch_faults();
}
