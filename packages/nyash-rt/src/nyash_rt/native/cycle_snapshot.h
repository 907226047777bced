/* cycle_snapshot.h: who refers to whom among all Boxes, taken while the program runs on.

   The first half of a collection of cycles (cycle.c). Counts and references are of the moments
   at which they were looked at; so what it says to be cut off is only suspected, but nothing
   that is cut off escapes. Every Box has a slot (heap.h), so the arrays need no searching. */
#ifndef NYASH_CYCLE_SNAPSHOT_H
#define NYASH_CYCLE_SNAPSHOT_H

#include "cycle_graph.h"
#include "heap.h"

typedef struct ny_cycle_snapshot {
    uint32_t *inside; /* by slot: references from other Boxes */
    uint8_t *state;   /* by slot */
    uint32_t *queue;  /* slots of living ones whose references are still to be followed */
    ny_box **own;     /* Boxes that are blocks of malloc, whose slots come last; NULL: freed */
    size_t slots, own_from, own_blocks, queued, seen, alive;
    size_t boxes, bytes; /* of all Boxes when it was taken, acyclic ones too */
    ny_heap_place place;
    ny_cycle_place reached; /* of a long Array or Map, when not 0: the rest of its references */
} ny_cycle_snapshot;

/* False: no memory. */
bool ny_cycle_snapshot_make(ny_cycle_snapshot *snapshot);
void ny_cycle_snapshot_free(ny_cycle_snapshot *snapshot);
/* The Box, a block of malloc, is about to be freed. */
void ny_cycle_snapshot_forget(ny_cycle_snapshot *snapshot, const ny_box *box);

/* Finds some of the Boxes; false: these were the last. */
bool ny_cycle_snapshot_add(ny_cycle_snapshot *snapshot, size_t most);
/* Then each of these for all slots, reaching before gathering until it gives false: nothing is
   left to be reached. Scanning and reaching follow references until `budget` is used up
   (cycle_visit.h). */
void ny_cycle_snapshot_scan(ny_cycle_snapshot *snapshot, ny_cycle_place *place, size_t budget);
void ny_cycle_snapshot_find_held(ny_cycle_snapshot *snapshot, size_t from, size_t to);
bool ny_cycle_snapshot_reach(ny_cycle_snapshot *snapshot, size_t budget);
/* An empty graph for the others, which gets arrays of the snapshot. False: no memory. */
bool ny_cycle_snapshot_begin_gathering(ny_cycle_snapshot *snapshot, ny_cycle_graph *suspects);
void ny_cycle_snapshot_gather(ny_cycle_snapshot *snapshot, size_t from, size_t to,
                              ny_cycle_graph *suspects);

#endif
