/* main(): the order in which a program begins and ends (language.md sections 2 and 10). */
#include <string.h>

#include "clock.h"
#include "loop.h"
#include "process.h"
#include "program.h"
#include "scheduler.h"
#include "signal_handlers.h"

/* Exit codes of a program; main's own Integer is the third way. */
enum { EXIT_FINE = 0, EXIT_UNCAUGHT = 1 };

/* The command line without the program's name; NY_ERROR: thrown. */
static ny_word argument_array(int count, char **texts) {
    ny_word array = ny_array_empty();
    for (int i = 1; array != NY_ERROR && i < count; i++) {
        ny_word text = ny_string_from_untrusted(texts[i], strlen(texts[i]));
        if (text == NY_ERROR || !ny_array_append(array, text)) {
            ny_release(array);
            return NY_ERROR;
        }
    }
    return array;
}

static int code_of(ny_word result) {
    return ny_is_integer(result) ? (int)(ny_integer(result) & 255) : EXIT_FINE;
}

static NY_COLD void report_and_end(void) {
    ny_word error = ny_error_take();
    ny_report_uncaught(error);
    ny_release(error);
    ny_process_end(EXIT_UNCAUGHT, NY_END_THROWN);
}

/* Main was cancelled; what else it failed with is worth a line. */
static NY_COLD void leave_to_others(ny_word result) {
    if (result == NY_ERROR) {
        result = ny_error_take();
        if (!ny_error_is(result, "CancelledError", 0)) ny_report_uncaught(result);
    }
    ny_release(result);
    ny_scheduler_end_root();
}

int main(int count, char **texts) {
    ny_leak_check_start();
    ny_core_start();
    ny_signal_start();
    ny_loop_start();
    ny_scheduler_start();
    if (ny_leak_check_is_on()) ny_signal_exit();
    ny_word arguments = argument_array(count, texts);
    if (arguments == NY_ERROR) report_and_end();
    ny_process_start(arguments);

    ny_word result = ny_program_main(arguments);
    if (ny_process_ending()) leave_to_others(result); /* another task ends the program */
    if (result == NY_ERROR) report_and_end();
    int code = code_of(result);
    ny_release(result);
    ny_scheduler_await_others(NY_NO_DEADLINE);
    if (ny_process_ending()) ny_scheduler_end_root();
    ny_process_end(code, NY_END_RETURNED);
}
