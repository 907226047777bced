/* heap_own.h: Boxes that are blocks of malloc: large ones, and all of them for checkers and while
   sites are recorded. Shared by heap.c and heap_own.c only. */
#ifndef NYASH_HEAP_OWN_H
#define NYASH_HEAP_OWN_H

#include "heap.h"

/* In front of a Box that is a block of malloc: its neighbours among those, its size, and where it
   was made. 32 bytes, which keeps malloc's alignment of 16. */
typedef struct own_prefix {
    struct own_prefix *next, *previous;
    size_t bytes;
    uint32_t site; /* ny_allocation_site of then */
    uint32_t slot; /* of the last walk */
} own_prefix;

static inline const own_prefix *ny_heap_prefix_of(const ny_box *box) {
    return (const own_prefix *)(const void *)box - 1;
}

extern size_t ny_heap_own_bytes;
extern bool ny_heap_recording;
/* The reserve of numbers may be used now. */
extern bool ny_heap_for_number;

/* The header's size_class is set. NULL: no memory. */
ny_box *ny_heap_own_block(size_t bytes);
/* Gives each a slot from `slot` on (NY_HEAP_NO_SLOT: leaves it as it is) and shows the living. */
void ny_heap_number_own(size_t slot, void (*see)(ny_box *, uint32_t, void *), void *context);
/* Growth (ny_heap_has_grown): so much was given to the program, or came back from it. */
void ny_heap_note_given(size_t bytes);
void ny_heap_note_back(size_t bytes);

#endif
