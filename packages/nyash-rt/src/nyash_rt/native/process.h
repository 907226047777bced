/* process.h: the process, its arguments and its end. Natives of process.nyash. */
#ifndef NYASH_PROCESS_H
#define NYASH_PROCESS_H

#include "leak_check.h"

/* Keeps `arguments` (an Array of Strings, consumed) for ProcessBox.args. */
void ny_process_start(ny_word arguments);
ny_word ny_process_arguments(void); /* borrowed */
/* Runs what belongs to the end (other tasks are cancelled, globals and static Boxes finalised) and
   ends the process. Never returns. */
void ny_process_end(int code, enum ny_end_kind kind) __attribute__((noreturn));
/* The frames that exit() left are unwound: end with its code. Never returns. */
void ny_process_unwound(void) __attribute__((noreturn));
/* True once a task ends the program. */
bool ny_process_ending(void);

ny_word ny_process_args(void); /* a copy of the Array */
ny_word ny_process_get(ny_word name);
ny_word ny_process_get_or(ny_word name, ny_word otherwise);
ny_word ny_process_exit(int64_t code);
int64_t ny_process_pid(void);
int64_t ny_process_cpu_count(void);
ny_word ny_process_hostname(void);

#endif
