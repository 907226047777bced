/* The pool of task stacks; see stack.h. No Box declares these. */
#include "stack.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102 /* Linux 6.13; guards without splitting the mapping */
#endif

#define SLAB_STACKS 16
/* All tops at the same offset of a page would fight for the same few cache sets. */
#define COLOURS 8
#define COLOUR_BYTES 256
/* So many resting stacks are kept warm in any case. */
#define KEEP_WARM 32
/* So many are given back at a time: each costs 1 to 2 microseconds. */
#define TRIM_MOST 1024

/* The thread's own stack is used up to its limit, or this where there is none. Above our frames lie
   the arguments and the environment; the kernel wants some room below. */
#define THREAD_STACK_MOST ((uintptr_t)64 << 20)
#define THREAD_STACK_SPENT ((uintptr_t)256 << 10)

/* Resting stacks: the warm ones have pages, the cold ones do not. */
static ny_stack *warm, *cold;
static size_t warm_count;
static size_t warm_low; /* the least warm_count since the last trim: so many were not needed */
static bool kernel_has_guards = true;

static bool install_guard(char *base) {
    if (kernel_has_guards && madvise(base, NY_STACK_GUARD_BYTES, MADV_GUARD_INSTALL) == 0)
        return true;
    kernel_has_guards = false;
    return mprotect(base, NY_STACK_GUARD_BYTES, PROT_NONE) == 0;
}

/* More cold stacks; false: no memory. */
static bool map_slab(void) {
    ny_stack *stacks = malloc(SLAB_STACKS * sizeof *stacks);
    if (stacks == NULL) return false;
    char *memory = mmap(NULL, SLAB_STACKS * NY_STACK_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) {
        free(stacks);
        return false;
    }
    for (size_t i = SLAB_STACKS; i-- > 0;) {
        stacks[i].base = memory + i * NY_STACK_BYTES;
        stacks[i].top = stacks[i].base + NY_STACK_BYTES - i % COLOURS * COLOUR_BYTES;
        stacks[i].next = cold;
        cold = &stacks[i];
    }
    return true;
}

/* Guards are installed when a stack is first used, not for a whole slab, to keep the start short;
   installing one again (after a trim) is harmless. */
static ny_stack *take_cold(void) {
    if (cold == NULL && !map_slab()) return NULL;
    ny_stack *stack = cold;
    if (!install_guard(stack->base)) return NULL;
    cold = stack->next;
    return stack;
}

ny_stack *ny_stack_take(void) {
    ny_stack *stack = warm;
    if (stack == NULL) return take_cold();
    warm = stack->next;
    if (--warm_count < warm_low) warm_low = warm_count;
    return stack;
}

void ny_stack_put(ny_stack *stack) {
    stack->next = warm;
    warm = stack;
    warm_count++;
}

uintptr_t ny_stack_of_thread(void) {
    struct rlimit limit;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), bytes = THREAD_STACK_MOST;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < bytes) bytes = limit.rlim_cur;
    if (bytes < 2 * THREAD_STACK_SPENT) return 0;
    return here - (bytes - THREAD_STACK_SPENT);
}

bool ny_stack_trim_is_worth_it(void) { return warm_count > KEEP_WARM; }

void ny_stack_trim(void) {
    size_t unused = warm_low > KEEP_WARM ? (warm_low - KEEP_WARM + 1) / 2 : 0;
    if (unused > TRIM_MOST) unused = TRIM_MOST;
    for (; unused > 0; unused--) {
        ny_stack *stack = warm;
        warm = stack->next;
        warm_count--;
        madvise(stack->base + NY_STACK_GUARD_BYTES, NY_STACK_BYTES - NY_STACK_GUARD_BYTES,
                MADV_DONTNEED);
        stack->next = cold;
        cold = stack;
    }
    warm_low = warm_count;
}
