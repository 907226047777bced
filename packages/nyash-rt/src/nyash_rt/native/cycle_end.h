/* cycle_end.h: the end of what the collector of cycles suspects, a slice at a time.

   The second half of a collection (cycle.c). What is cut off is found out at one moment
   (cycle_judge.h); from there on the program does not see it, but for its own fini functions, so
   the rest may take its time. */
#ifndef NYASH_CYCLE_END_H
#define NYASH_CYCLE_END_H

#include "cycle_graph.h"

/* Nothing of an earlier one is left to do: another may begin. */
bool ny_cycle_end_is_done(void);
/* A task is in a fini function that was called from here. */
bool ny_cycle_end_is_waiting(void);
/* The caller was called by one of those functions, or by what they called. */
bool ny_cycle_end_is_inside(void);

/* There is a new graph. */
void ny_cycle_end_reset(void);
/* Begins with the parts from this number on: small ones, of about the weight `most`
   (cycle_visit.h), or a larger one. The graph stays until the end is done. */
void ny_cycle_end_begin(ny_cycle_graph *graph, size_t from, size_t most);
/* The number up to which parts were taken. */
size_t ny_cycle_end_reached(void);
/* Goes on by about `most` Boxes, or to the moment at which it is found out what is cut off. Runs
   fini functions, which may suspend. What waits then is left behind: it ends by itself when its
   fini returns. */
void ny_cycle_end_slice(size_t most);
/* Goes on to that moment without a break; how many are cut off. */
size_t ny_cycle_end_find(void);

#endif
