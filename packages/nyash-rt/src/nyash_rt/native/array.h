/* array.h: Arrays.

   `items` points at element 0; `skipped` slots before it are free because shift() moved on, so that
   a queue costs O(1) at both ends. Whatever may run the program's code (releasing an element can)
   happens after the array is whole again. */
#ifndef NYASH_ARRAY_H
#define NYASH_ARRAY_H

#include "include/nyash.h"

typedef struct ny_array {
    ny_box box;
    ny_word *items;   /* NULL when room is 0 */
    uint32_t count;
    uint32_t room;    /* slots from `items` on */
    uint32_t skipped; /* free slots before `items` */
    uint32_t unused;
} ny_array;

static inline ny_array *ny_as_array(ny_word word) { return (ny_array *)(uintptr_t)word; }
/* An empty Array with room; NULL: thrown. */
ny_array *ny_array_new(size_t room);
bool ny_array_reserve(ny_array *array, size_t more);
/* index or index + count for negative ones; false: out of range. */
static inline bool ny_array_index(const ny_array *array, int64_t *index) {
    if (*index < 0) *index += array->count;
    return (uint64_t)*index < array->count;
}
NY_COLD ny_word ny_array_out_of_range(const ny_array *array, int64_t index);
/* Takes element `index` out; the reference goes to the caller. */
ny_word ny_array_take(ny_array *array, size_t index);

/* Natives of array.nyash: array.c, array_edit.c. */
void ny_array_destroy(ny_box *box);
void ny_array_visit(ny_box *box, void (*show)(ny_word, void *), void *context);
ny_word ny_array_push(ny_word me, ny_word value);
ny_word ny_array_pop(ny_word me);
ny_word ny_array_shift(ny_word me);
ny_word ny_array_unshift(ny_word me, ny_word value);
ny_word ny_array_insert(ny_word me, int64_t index, ny_word value);
ny_word ny_array_get(ny_word me, int64_t index);
ny_word ny_array_get_or(ny_word me, int64_t index, ny_word otherwise);
ny_word ny_array_set(ny_word me, int64_t index, ny_word value);
int64_t ny_array_length(ny_word me);
bool ny_array_is_empty(ny_word me);
ny_word ny_array_first(ny_word me);
ny_word ny_array_last(ny_word me);
ny_word ny_array_remove(ny_word me, ny_word what);
ny_word ny_array_remove_at(ny_word me, int64_t index);
ny_word ny_array_remove_value(ny_word me, ny_word value);
ny_word ny_array_index_of(ny_word me, ny_word value);
ny_word ny_array_last_index_of(ny_word me, ny_word value);
ny_word ny_array_contains(ny_word me, ny_word value);
ny_word ny_array_clear(ny_word me);
ny_word ny_array_join(ny_word me, ny_word separator);
ny_word ny_array_sort(ny_word me);
ny_word ny_array_reverse(ny_word me);
ny_word ny_array_slice(ny_word me, int64_t start, int64_t end);
ny_word ny_array_slice_from(ny_word me, int64_t start);
ny_word ny_array_concat(ny_word me, ny_word other);
ny_word ny_array_copy(ny_word me);
/* Puts the elements of `from` in place of those of `me` (for sort(fn), written in Nyash). */
ny_word ny_array_assign(ny_word me, ny_word from);

#endif
