/* asan.h: telling AddressSanitizer that a task goes on on another stack. Nothing in other builds.

   `shadow` is where the checker keeps what belongs to the stack that is left; NULL when that stack
   is left for good. */
#ifndef NYASH_ASAN_H
#define NYASH_ASAN_H

#include <stddef.h>

#include "stack.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

/* The thread's own stack is known by the first switch away from it. */
static const void *ny_asan_thread_base;
static size_t ny_asan_thread_bytes;

static inline void ny_asan_leave(void **shadow, const ny_stack *target) {
    __sanitizer_start_switch_fiber(shadow, target ? target->base : ny_asan_thread_base,
                                   target ? NY_STACK_BYTES : ny_asan_thread_bytes);
}
static inline void ny_asan_arrive(void *shadow, bool from_thread_stack) {
    const void *base;
    size_t bytes;
    __sanitizer_finish_switch_fiber(shadow, &base, &bytes);
    if (!from_thread_stack) return;
    ny_asan_thread_base = base;
    ny_asan_thread_bytes = bytes;
}
/* Marks left by frames that never returned would be taken for errors. */
static inline void ny_asan_fresh(const ny_stack *stack) {
    __asan_unpoison_memory_region(stack->base + NY_STACK_GUARD_BYTES,
                                  NY_STACK_BYTES - NY_STACK_GUARD_BYTES);
}
#define NY_ASAN_SHADOW(task) (&(task)->shadow)
#define NY_ASAN_SAVED(task) ((task)->shadow)
#else
static inline void ny_asan_leave(void **shadow, const ny_stack *target) {
    (void)shadow, (void)target;
}
static inline void ny_asan_arrive(void *shadow, bool from_thread_stack) {
    (void)shadow, (void)from_thread_stack;
}
static inline void ny_asan_fresh(const ny_stack *stack) { (void)stack; }
#define NY_ASAN_SHADOW(task) ((void **)0)
#define NY_ASAN_SAVED(task) ((void *)0)
#endif

#endif
