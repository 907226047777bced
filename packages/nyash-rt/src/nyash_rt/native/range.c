/* RangeBox (range.nyash). */
#include "range.h"

#include "array.h"
#include "class.h"
#include "heap.h"

static const ny_range_box *as_range(ny_word word) {
    return (const ny_range_box *)(uintptr_t)word;
}

ny_word ny_range(ny_word start, ny_word end) {
    if (!ny_is_integer(start)) return ny_check_failed(start, "Integer", "start of a range");
    if (!ny_is_integer(end)) return ny_check_failed(end, "Integer", "end of a range");
    ny_range_box *range = (ny_range_box *)ny_heap_take(sizeof *range, NY_CLASS_RANGE);
    if (range == NULL) return ny_heap_exhausted();
    range->start = ny_integer(start);
    range->end = ny_integer(end);
    return ny_from_box(range);
}

ny_word ny_range_pack(ny_word me, int64_t start, int64_t end) {
    ny_range_box *range = (ny_range_box *)ny_as_box(me);
    range->start = start;
    range->end = end;
    return NY_NULL;
}

int64_t ny_range_start(ny_word me) { return as_range(me)->start; }

int64_t ny_range_end(ny_word me) { return as_range(me)->end; }

int64_t ny_range_size(ny_word me) {
    const ny_range_box *range = as_range(me);
    if (range->end <= range->start) return 0;
    uint64_t size = (uint64_t)range->end - (uint64_t)range->start;
    return size > INT64_MAX ? INT64_MAX : (int64_t)size;
}

bool ny_range_contains(ny_word me, ny_word value) {
    const ny_range_box *range = as_range(me);
    if (ny_is_float(value)) { /* 2.0 is the element 2; bounds first, so that the cast is defined */
        double number = ny_float(value);
        if (!(number >= -0x1p63 && number < 0x1p63)) return false;
        int64_t whole = (int64_t)number;
        return (double)whole == number && whole >= range->start && whole < range->end;
    }
    if (!ny_is_integer(value)) return false;
    return ny_integer(value) >= range->start && ny_integer(value) < range->end;
}

ny_word ny_range_to_array(ny_word me) {
    const ny_range_box *range = as_range(me);
    ny_array *array = ny_array_new((size_t)ny_range_size(me));
    if (array == NULL) return NY_ERROR;
    ny_word word = ny_from_box(array);
    for (int64_t i = range->start; i < range->end; i++) {
        ny_word item = ny_from_integer(i);
        if (item == NY_ERROR || !ny_array_append(word, item)) {
            ny_release(word);
            return NY_ERROR;
        }
    }
    return word;
}
