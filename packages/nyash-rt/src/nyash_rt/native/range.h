/* range.h: `start..end` of Integers, end excluded; immutable. */
#ifndef NYASH_RANGE_H
#define NYASH_RANGE_H

#include "include/nyash.h"

typedef struct ny_range_box {
    ny_box box;
    int64_t start, end;
} ny_range_box;

/* Natives of range.nyash. */
ny_word ny_range_pack(ny_word me, int64_t start, int64_t end);
int64_t ny_range_start(ny_word me);
int64_t ny_range_end(ny_word me);
int64_t ny_range_size(ny_word me);
bool ny_range_contains(ny_word me, ny_word value);
ny_word ny_range_to_array(ny_word me);

#endif
