/* ProcessBox and Env; see process.h. Declared by process.nyash. */
#include "process.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "failure.h"
#include "fault.h"
#include "fini.h"
#include "program.h"
#include "scheduler.h"
#include "signal_handlers.h"

/* How long cancelled tasks may take to end when the program does. */
#define END_PATIENCE_MS 1000

static ny_word arguments = NY_NULL;
static bool ending;
static int exit_code;

void ny_process_start(ny_word words) { arguments = words; }

ny_word ny_process_arguments(void) { return arguments; }

bool ny_process_ending(void) { return ending; }

void ny_process_end(int code, enum ny_end_kind kind) {
    ending = true;
    ny_task_current()->shielded = true;
    ny_signal_end();
    ny_scheduler_cancel_others();
    ny_scheduler_await_others(ny_clock_after(END_PATIENCE_MS));
    ny_leak_check_before_end();
    ny_core_end();
    ny_scheduler_cancel_others(); /* what fini functions have started */
    bool alone = ny_scheduler_await_others(ny_clock_after(END_PATIENCE_MS));
    ny_release(arguments);
    arguments = NY_NULL;
    ny_print_flush();
    if (code == 0 && ny_print_lost()) code = 1;
    /* Else frames are left, or the task that ends the program is. */
    if (kind != NY_END_EXITED && ny_scheduler_is_root()) NY_FAULT_CHECK_END();
    exit(ny_leak_check_after_end(code, kind, alone));
}

ny_word ny_process_exit(int64_t code) {
    if (ending) return ny_task_throw_cancelled();
    exit_code = (int)(code & 255);
    return ny_throw(NY_EXITING);
}

void ny_process_unwound(void) {
    /* From inside a fini the frames around it are still there. */
    ny_process_end(exit_code, ny_fini_is_running() ? NY_END_EXITED : NY_END_RETURNED);
}

ny_word ny_process_args(void) {
    ny_word copy = ny_array_empty();
    if (copy == NY_ERROR) return NY_ERROR;
    for (size_t i = 0; i < ny_array_count(arguments); i++) {
        if (ny_array_append(copy, ny_retain(ny_array_at(arguments, i)))) continue;
        ny_release(copy);
        return NY_ERROR;
    }
    return copy;
}

/* The environment variable, or NULL. A String with a zero byte names none. */
static const char *variable(ny_word name) {
    const ny_string *string = ny_as_string(name);
    char text[256];
    if (string->byte_length >= sizeof text) return NULL;
    __builtin_memcpy(text, string->bytes, string->byte_length);
    text[string->byte_length] = 0;
    return __builtin_strlen(text) == string->byte_length ? getenv(text) : NULL;
}

ny_word ny_process_get_or(ny_word name, ny_word otherwise) {
    const char *value = variable(name);
    if (value == NULL) return ny_retain(otherwise);
    return ny_string_from_untrusted(value, __builtin_strlen(value));
}

ny_word ny_process_get(ny_word name) { return ny_process_get_or(name, NY_NULL); }

int64_t ny_process_pid(void) { return getpid(); }

int64_t ny_process_cpu_count(void) {
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable) == 0) return CPU_COUNT(&usable);
    return sysconf(_SC_NPROCESSORS_ONLN);
}

ny_word ny_process_hostname(void) {
    char name[256] = "";
    if (gethostname(name, sizeof name - 1) != 0)
        return ny_throw_system(errno, "cannot ask for the host's name");
    return ny_string_from_untrusted(name, __builtin_strlen(name));
}
