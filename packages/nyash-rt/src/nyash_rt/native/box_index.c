/* See box_index.h. No Box declares these. */
#include "box_index.h"

#include <string.h>

#include "zeroed.h"

bool ny_box_index_make(ny_box_index *index, size_t count) {
    for (index->size = 16; index->size < count * 2;) index->size *= 2;
    index->entries = ny_zeroed_get(index->size, sizeof *index->entries);
    return index->entries != NULL;
}

void ny_box_index_free(ny_box_index *index) {
    ny_zeroed_free(index->entries, index->size, sizeof *index->entries);
    *index = (ny_box_index){0};
}

void ny_box_index_clear(ny_box_index *index) {
    memset(index->entries, 0, index->size * sizeof *index->entries);
}

void ny_box_index_enter(ny_box_index *index, const ny_box *box, size_t number) {
    size_t slot = ny_box_index_slot(index, box);
    while (index->entries[slot] != 0) slot = (slot + 1) & (index->size - 1);
    index->entries[slot] = (uint32_t)number + 1;
}
