/* weak.h: references that do not own.

   Each Box that is weakly held has one cell (class NY_CLASS_WEAK, also the WeakBox of programs),
   found through a table by the Box's address. The cell is counted like any Box; it forgets its
   target when the target's fini begins or its memory goes. Values without an identity of their
   own (Integers, Strings, functions, …) are not weakly held: a weak field simply holds them. */
#ifndef NYASH_WEAK_H
#define NYASH_WEAK_H

#include "include/nyash.h"

typedef struct ny_weak {
    ny_box box;
    ny_word target; /* not counted; NY_NULL when it is gone */
    ny_word inner;  /* of `new WeakBox(x)`: the cell of x, or x if it has no cell; counted; else 0 */
} ny_weak;

/* The cell of a Box, owned; NY_ERROR when thrown. */
ny_word ny_weak_cell(ny_word target);
/* The Box is about to go: its cell reads null from now on. */
NY_COLD void ny_weak_forget(ny_box *target);
size_t ny_weak_count(void);

/* Natives of weak.nyash. */
ny_word ny_weak_pack(ny_word me, ny_word target);
ny_word ny_weak_get(ny_word me);
bool ny_weak_is_alive(ny_word me);
void ny_weak_destroy(ny_box *box);

#endif
