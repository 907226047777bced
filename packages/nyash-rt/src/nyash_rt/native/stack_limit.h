/* stack_limit.h: how far the running task's stack may be used.

   Compiled functions that may recurse compare the stack pointer with ny_stack_limit when they are
   entered (nyash_llvm/function.py) and throw a StackOverflowError; below it there is room for the
   deepest C code that they call, and behind that the guard. */
#ifndef NYASH_STACK_LIMIT_H
#define NYASH_STACK_LIMIT_H

#include "include/nyash.h"

/* Below this address the stack is for C code. 0: not known, so nothing is checked. */
extern uintptr_t ny_stack_limit;

/* The scheduler switches to a stack that ends at `lowest` (0: not known). */
void ny_stack_use(uintptr_t lowest);
/* StackOverflowError. What then unwinds (fini functions, finally blocks) has more room, until the
   error is caught. */
NY_COLD ny_word ny_stack_overflow(const char *function);
void ny_stack_error_caught(void);
/* The next function of this task that looks at its stack throws OutOfMemoryError instead, before
   another task runs: for instructions that used up memory and cannot throw themselves. */
NY_COLD void ny_stack_alarm(void);
/* For C code that recurses. */
static inline bool ny_stack_is_low(void) {
    uintptr_t limit = ny_stack_limit; /* an alarm is for compiled functions */
    return (uintptr_t)__builtin_frame_address(0) < limit && limit != UINTPTR_MAX;
}

#endif
