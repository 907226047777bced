/* leak_check.h: looking, at the end of a program, for Boxes that nothing reachable owns.

   On in programs of `nyash build --leak-check`, and in any program with NYASH_LEAK_CHECK=1. There
   are two looks. Before globals and static Boxes end, a Box is leaked if nothing outside the heap
   leads to it: cycles, and what they keep. After they have ended, every Box is leaked that is still
   there: its count says more than is true. Cycles are not collected by themselves meanwhile, or
   what is reported would depend on when the collector ran. */
#ifndef NYASH_LEAK_CHECK_H
#define NYASH_LEAK_CHECK_H

#include "include/nyash.h"

enum { NY_LEAK_EXIT_CODE = 23, NY_LEAK_MISUSE_CODE = 2 };

/* How the program comes to its end. */
enum ny_end_kind {
    NY_END_RETURNED,
    NY_END_THROWN, /* an uncaught error, or a deadlock: the exit code stays */
    NY_END_EXITED, /* exit(code) in a fini: frames around it still hold Boxes */
};

/* Whether the program looks for leaks. */
bool ny_leak_check_is_on(void);
/* Before any Box is made: reads the environment. A value that means nothing ends the process with a
   message and code 2. */
void ny_leak_check_start(void);
/* The first look. */
void ny_leak_check_before_end(void);
/* The second, and the report. `alone`: no other task is left. Gives the exit code. */
int ny_leak_check_after_end(int code, enum ny_end_kind kind, bool alone);

/* Natives of debug.nyash: the paths of the cycles that there are now (Array of Strings), and how
   many Boxes are cut off. */
ny_word ny_leak_cycle_texts(void);
int64_t ny_leak_count(void);

#endif
