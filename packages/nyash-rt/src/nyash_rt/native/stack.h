/* stack.h: the stacks that tasks run on.

   A stack is NY_STACK_BYTES of address space of which only touched pages exist, with a guard below
   it. Stacks are carved from slabs and never unmapped; those that rest are taken last in, first
   out, so a busy worker runs on warm ones. Stacks that nobody has needed for a while give their
   pages back to the system (ny_stack_trim). */
#ifndef NYASH_STACK_H
#define NYASH_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NY_STACK_BYTES ((size_t)256 << 10)
/* Wider than the largest frame in the C code below us (musl's printf of a double: 7 KiB), so that
   no call can step over it. */
#define NY_STACK_GUARD_BYTES ((size_t)16 << 10)

typedef struct ny_stack {
    struct ny_stack *next; /* in the pool */
    char *base;            /* lowest address, where the guard begins */
    char *top;             /* 16-byte aligned; a little below the end, see stack.c */
} ny_stack;

/* NULL: no memory. */
ny_stack *ny_stack_take(void);
/* The caller may still be running on it, until it switches away. */
void ny_stack_put(ny_stack *stack);
/* The lowest address to be used of the thread's own stack; 0: it is very small. */
uintptr_t ny_stack_of_thread(void);
/* Gives back the pages of half the stacks that rested since the last call. To be called every
   NY_STACK_TRIM_MS while it is worth it. */
void ny_stack_trim(void);
bool ny_stack_trim_is_worth_it(void);
#define NY_STACK_TRIM_MS 1000

static inline bool ny_stack_guards(const ny_stack *stack, uintptr_t address) {
    return address - (uintptr_t)stack->base < NY_STACK_GUARD_BYTES;
}

#endif
