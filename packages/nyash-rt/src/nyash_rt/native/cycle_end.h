/* cycle_end.h: the end of what the collector of cycles suspects, a slice at a time.

   The second half of a collection (cycle.c). What is cut off is found out at one moment; from there on
   the program does not see it, but for its own fini functions, so the rest may take its time. */
#ifndef NYASH_CYCLE_END_H
#define NYASH_CYCLE_END_H

#include "cycle_graph.h"

/* Nothing of an earlier one is left to do: another may begin. */
bool ny_cycle_end_is_done(void);
/* A task is in a fini function that was called from here. */
bool ny_cycle_end_is_waiting(void);
/* The caller was called by one of those functions, or by what they called. */
bool ny_cycle_end_is_inside(void);

/* The graph to fill with suspects, empty, before a beginning. NULL: no memory. */
ny_cycle_graph *ny_cycle_end_part(void);
/* Finds out which of them are cut off: weak references to those read null from here. Their number. */
size_t ny_cycle_end_begin(void);
/* Ends about `most` Boxes; runs fini functions, which may suspend. What waits then is left behind: it ends
   by itself when its fini returns. */
void ny_cycle_end_slice(size_t most);
/* There was no memory for the last one: what is cut off is still there. */
bool ny_cycle_end_starved(void);
/* No beginning is near: gives memory back. */
void ny_cycle_end_rest(void);
/* A block of malloc is about to be freed. */
void ny_cycle_end_forget(const ny_box *box);

#endif
