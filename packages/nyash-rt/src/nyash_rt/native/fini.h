/* fini.h: the two halves of a Box's end, for the collector of cycles; whether one is running. */
#ifndef NYASH_FINI_H
#define NYASH_FINI_H

#include "include/nyash.h"

/* Marks the Box and runs its fini functions; their errors are reported. */
void ny_fini_begin(ny_box *box);
/* Marks it dead, releases its fields and destroys its payload. */
void ny_fini_finish(ny_box *box);
/* Whether a fini function of the program has begun and not returned, in any task. */
bool ny_fini_is_running(void);

#endif
