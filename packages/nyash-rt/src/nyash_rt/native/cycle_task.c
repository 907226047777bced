/* See cycle_task.h. The scheduler asks from the stack of a task that waits, where no code of the
   program may run: fini functions do, so they get a task of their own; another one, where a fini
   in that never returns. No Box declares these. */
#include "cycle_task.h"

#include "cycle.h"
#include "program.h"
#include "task.h"

static ny_word end_suspects(ny_word closure) {
    (void)closure;
    while (ny_cycle_end_some())
        if (!ny_task_yield_quietly()) break; /* cancelled: the program ends, and collects at the end */
    return NY_NULL;
}

static bool start(void) {
    ny_heap_has_grown = false; /* making a closure is a safe point, and this is none */
    ny_word closure = ny_closure_new((void *)end_suspects, 0, 0, "collector of cycles");
    if (closure == NY_ERROR) return false;
    ny_word future = ny_task_spawn(closure);
    ny_release(closure);
    if (future == NY_ERROR) return false;
    ny_release(future);
    return true;
}

bool ny_cycle_task_idle(void) {
    switch (ny_cycle_idle()) {
    case NY_CYCLE_NOTHING: return false;
    case NY_CYCLE_MORE: return true;
    case NY_CYCLE_SUSPECTS: break;
    }
    if (start()) return true;
    ny_release(ny_error_take()); /* no memory now: the program goes on */
    return false;
}
