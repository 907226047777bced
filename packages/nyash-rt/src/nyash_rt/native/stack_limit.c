/* See stack_limit.h. No Box declares these. */
#include "stack_limit.h"

#include "heap.h"

/* For C code below compiled code: musl's printf of a double takes 7 KiB, a signal's frame 11 KiB. */
#define FOR_C ((uintptr_t)40 << 10)
/* Of it, what unwinding may use. */
#define FOR_UNWINDING ((uintptr_t)16 << 10)

uintptr_t ny_stack_limit;
static uintptr_t usual_limit;
#define ALARM UINTPTR_MAX

void ny_stack_use(uintptr_t lowest) { ny_stack_limit = usual_limit = lowest ? lowest + FOR_C : 0; }

void ny_stack_alarm(void) { ny_stack_limit = ALARM; }

ny_word ny_stack_overflow(const char *function) {
    if (ny_stack_limit == ALARM) {
        ny_stack_limit = usual_limit;
        return ny_heap_exhausted();
    }
    if (usual_limit != 0) ny_stack_limit = usual_limit - FOR_UNWINDING;
    return ny_throw_error("StackOverflowError", "%s calls itself too deeply", function);
}

void ny_stack_error_caught(void) { ny_stack_limit = usual_limit; }
