/* Start and end of the runtime's core, and what lives until the end: globals and static Boxes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cycle.h"
#include "failure.h"
#include "hash.h"
#include "heap.h"
#include "string_box.h"

/* The first ones need no memory: most programs have no more. */
#define FIRST_ROOTS 64

static ny_word *first_roots[FIRST_ROOTS];
static ny_word **roots = first_roots;
static size_t root_count, root_room = FIRST_ROOTS;

static void widen_roots(void) {
    size_t bytes = root_room * sizeof *roots;
    ny_word **wider = ny_memory_get(2 * bytes);
    if (wider == NULL) {
        ny_print_flush();
        fputs("OutOfMemoryError: no memory for the program's variables\n", stderr);
        exit(1);
    }
    memcpy(wider, roots, bytes);
    if (roots != first_roots) ny_memory_free(roots, bytes);
    roots = wider;
    root_room *= 2;
}

void ny_core_start(void) {
    ny_hash_start();
    ny_string_start();
    ny_failure_start();
}

void ny_root_register(ny_word *place) {
    if (root_count == root_room) widen_roots();
    roots[root_count++] = place;
}

static void end_root(ny_word *place) {
    ny_word value = *place;
    if (value == 0 || value == NY_NULL) return; /* 0: a static Box whose creation threw */
    ny_word done = ny_fini(value);
    if (done == NY_ERROR) ny_failure_report();
    /* Later fini functions may still name a static Box: compiled code expects one, finalised. */
    if (ny_is_box(value) && ny_as_box(value)->flags & NY_FINALISED) return;
    *place = NY_NULL;
    ny_release(value);
}

void ny_core_end(void) {
    for (size_t i = root_count; i-- > 0;) end_root(roots[i]);
    ny_cycle_collect(); /* their fini functions run too */
    while (root_count > 0) {
        ny_word *place = roots[--root_count], value = *place;
        *place = NY_NULL;
        if (value != 0) ny_release(value);
    }
    if (roots != first_roots) ny_memory_free(roots, root_room * sizeof *roots);
    roots = first_roots;
    root_room = FIRST_ROOTS;
    ny_print_flush();
}
