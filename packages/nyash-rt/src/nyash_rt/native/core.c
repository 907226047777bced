/* Start and end of the runtime's core, and what lives until the end: globals and static Boxes. */
#include "cycle.h"
#include "failure.h"
#include "hash.h"
#include "heap.h"
#include "string_box.h"

static ny_word **roots;
static size_t root_count, root_room;

void ny_core_start(void) {
    ny_hash_start();
    ny_string_start();
    ny_failure_start();
}

void ny_root_register(ny_word *place) {
    if (root_count == root_room) {
        size_t room = root_room ? root_room * 2 : 32;
        ny_word **wider = ny_memory_resize(roots, root_room * sizeof *roots, room * sizeof *wider);
        if (wider == NULL) return; /* then it is not finalised at the end */
        roots = wider;
        root_room = room;
    }
    roots[root_count++] = place;
}

void ny_core_end(void) {
    while (root_count > 0) {
        ny_word *place = roots[--root_count], value = *place;
        *place = NY_NULL;
        if (value == 0) continue; /* a static Box whose creation threw */
        ny_word done = ny_fini(value);
        if (done == NY_ERROR) ny_failure_report();
        ny_release(value);
    }
    ny_cycle_collect(); /* their fini functions run too */
    ny_memory_free(roots, root_room * sizeof *roots);
    roots = NULL;
    root_room = 0;
    ny_print_flush();
}
