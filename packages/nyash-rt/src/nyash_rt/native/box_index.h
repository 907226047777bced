/* box_index.h: from a Box's address to a number, for arrays of nodes beside the heap.

   Open addressing, linear probing, at most half full. It holds numbers only: whose node begins with
   the pointer to its Box (`stride` bytes lie between two nodes). */
#ifndef NYASH_BOX_INDEX_H
#define NYASH_BOX_INDEX_H

#include "include/nyash.h"

#define NY_BOX_INDEX_NONE UINT32_MAX

typedef struct ny_box_index {
    uint32_t *entries; /* number + 1; 0: none */
    size_t size;
} ny_box_index;

/* Empty, for up to `count` Boxes. False: no memory. */
bool ny_box_index_make(ny_box_index *index, size_t count);
void ny_box_index_free(ny_box_index *index);
void ny_box_index_clear(ny_box_index *index);
void ny_box_index_enter(ny_box_index *index, const ny_box *box, size_t number);
/* NY_BOX_INDEX_NONE: it is not there. */
static inline size_t ny_box_index_slot(const ny_box_index *index, const ny_box *box) {
    uint64_t mixed = ((uint64_t)(uintptr_t)box >> 3) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)((mixed >> 32) * index->size >> 32);
}
static inline uint32_t ny_box_index_find(const ny_box_index *index, const ny_box *box,
                                         const void *nodes, size_t stride) {
    for (size_t slot = ny_box_index_slot(index, box);; slot = (slot + 1) & (index->size - 1)) {
        uint32_t entry = index->entries[slot];
        if (entry == 0) return NY_BOX_INDEX_NONE;
        const ny_box *there;
        __builtin_memcpy(&there, (const char *)nodes + (size_t)(entry - 1) * stride, sizeof there);
        if (there == box) return entry - 1;
    }
}

#endif
