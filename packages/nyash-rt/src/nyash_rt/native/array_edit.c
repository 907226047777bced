/* ArrayBox (array.nyash): inserting, removing, searching, sorting, parts and wholes. */
#include <string.h>

#include "array.h"
#include "class.h"
#include "heap.h"
#include "number.h"
#include "string_box.h"
#include "text.h"

ny_word ny_array_insert(ny_word me, int64_t index, ny_word value) {
    ny_array *array = ny_as_array(me);
    int64_t at = index < 0 ? index + array->count : index;
    if (at < 0 || at > array->count) {
        ny_release(value);
        return ny_array_out_of_range(array, index);
    }
    if (at == 0 && array->skipped > 0) {
        array->items--;
        array->skipped--;
        array->room++;
    } else {
        if (!ny_array_reserve(array, 1)) {
            ny_release(value);
            return NY_ERROR;
        }
        memmove(array->items + at + 1, array->items + at,
                (size_t)(array->count - at) * sizeof(ny_word));
    }
    array->items[at] = value;
    array->count++;
    return ny_retain(me);
}

ny_word ny_array_take(ny_array *array, size_t index) {
    ny_word value = array->items[index];
    array->count--;
    memmove(array->items + index, array->items + index + 1,
            (array->count - index) * sizeof(ny_word));
    return value;
}

ny_word ny_array_remove_at(ny_word me, int64_t index) {
    ny_array *array = ny_as_array(me);
    int64_t at = index;
    if (!ny_array_index(array, &at)) return ny_array_out_of_range(array, index);
    return ny_array_take(array, (size_t)at);
}

/* Index of the first (step 1) or last (step -1) element equal to `value`; -1: none, -2: thrown. */
static int64_t find(ny_word me, ny_word value, int step) {
    const ny_array *array = ny_as_array(me);
    int64_t i = step > 0 ? 0 : (int64_t)array->count - 1;
    for (; i >= 0 && i < array->count; i += step) { /* equals() may change the array */
        ny_word item = ny_retain(array->items[i]);
        bool thrown, same = ny_equal(item, value, &thrown);
        ny_release(item);
        if (thrown) return -2;
        if (same) return i;
    }
    return -1;
}

ny_word ny_array_remove_value(ny_word me, ny_word value) {
    int64_t index = find(me, value, 1);
    if (index == -2) return NY_ERROR;
    if (index < 0 || index >= ny_as_array(me)->count) return NY_FALSE;
    ny_release(ny_array_take(ny_as_array(me), (size_t)index));
    return NY_TRUE;
}

ny_word ny_array_remove(ny_word me, ny_word what) {
    if (ny_is_integer(what)) return ny_array_remove_at(me, ny_integer(what));
    return ny_array_remove_value(me, what);
}

ny_word ny_array_index_of(ny_word me, ny_word value) {
    int64_t index = find(me, value, 1);
    return index == -2 ? NY_ERROR : ny_from_integer(index);
}

ny_word ny_array_last_index_of(ny_word me, ny_word value) {
    int64_t index = find(me, value, -1);
    return index == -2 ? NY_ERROR : ny_from_integer(index);
}

ny_word ny_array_contains(ny_word me, ny_word value) {
    int64_t index = find(me, value, 1);
    return index == -2 ? NY_ERROR : ny_from_bool(index >= 0);
}

ny_word ny_array_join(ny_word me, ny_word separator) {
    ny_text text = {0};
    for (size_t i = 0; i < ny_array_count(me); i++) {
        if (i > 0) ny_text_string(&text, separator);
        ny_word item = ny_retain(ny_array_at(me, i));
        bool done = ny_text_value(&text, item);
        ny_release(item);
        if (!done) {
            ny_text_drop(&text);
            return NY_ERROR;
        }
    }
    return ny_text_finish(&text);
}

ny_word ny_array_reverse(ny_word me) {
    ny_array *array = ny_as_array(me);
    for (size_t low = 0, high = array->count; low + 1 < high;) {
        ny_word value = array->items[low];
        array->items[low++] = array->items[--high];
        array->items[high] = value;
    }
    return ny_retain(me);
}

static ny_word new_part(const ny_word *items, size_t count) {
    ny_array *part = ny_array_new(count);
    if (part == NULL) return NY_ERROR;
    for (size_t i = 0; i < count; i++) part->items[i] = ny_retain(items[i]);
    part->count = (uint32_t)count;
    return ny_from_box(part);
}

static int64_t clamp_index(int64_t index, int64_t count) {
    if (index < 0) index += count;
    return index < 0 ? 0 : index > count ? count : index;
}

ny_word ny_array_slice(ny_word me, int64_t start, int64_t end) {
    const ny_array *array = ny_as_array(me);
    int64_t from = clamp_index(start, array->count), to = clamp_index(end, array->count);
    return new_part(array->items + (from < to ? from : 0), from < to ? (size_t)(to - from) : 0);
}

ny_word ny_array_slice_from(ny_word me, int64_t start) {
    return ny_array_slice(me, start, ny_array_length(me));
}

ny_word ny_array_copy(ny_word me) { return new_part(ny_as_array(me)->items, ny_array_count(me)); }

ny_word ny_array_concat(ny_word me, ny_word other) {
    size_t first = ny_array_count(me), second = ny_array_count(other);
    ny_array *whole = ny_array_new(first + second);
    if (whole == NULL) return NY_ERROR;
    for (size_t i = 0; i < first; i++) whole->items[i] = ny_retain(ny_array_at(me, i));
    for (size_t i = 0; i < second; i++) whole->items[first + i] = ny_retain(ny_array_at(other, i));
    whole->count = (uint32_t)(first + second);
    return ny_from_box(whole);
}

/* ---- sort(): numbers or Strings, stable, runs nothing of the program ------------------------- */

static bool not_after(ny_word left, ny_word right) {
    if (ny_is_small(left) && ny_is_small(right)) return (int64_t)left <= (int64_t)right;
    if (ny_is_string(left)) return ny_string_compare(left, right) <= 0;
    ny_number a = {0}, b = {0};
    ny_number_of(left, &a);
    ny_number_of(right, &b);
    return ny_number_compare(a, b) <= 0 || b.real != b.real; /* NaN goes to the end */
}

/* Merges sorted runs of `width` from `from` into `to`. */
static void merge_runs(const ny_word *from, ny_word *to, size_t count, size_t width) {
    for (size_t start = 0; start < count; start += 2 * width) {
        size_t left = start, middle = start + width < count ? start + width : count;
        size_t right = middle, end = middle + width < count ? middle + width : count;
        for (size_t place = start; place < end; place++) {
            bool take_left = left < middle && (right >= end || not_after(from[left], from[right]));
            to[place] = take_left ? from[left++] : from[right++];
        }
    }
}

ny_word ny_array_sort(ny_word me) {
    ny_array *array = ny_as_array(me);
    size_t count = array->count;
    for (size_t i = 0; i < count; i++) {
        ny_number number;
        ny_word item = array->items[i], first = array->items[0];
        bool fits = ny_is_string(first) ? ny_is_string(item)
                                        : !ny_is_bool(item) && ny_number_of(item, &number);
        if (fits) continue;
        int first_length, length;
        const char *first_name = ny_class_display(first, &first_length);
        const char *name = ny_class_display(item, &length);
        if (i == 0)
            return ny_throw_error("TypeError", "cannot sort an array with %.*s in it", length, name);
        return ny_throw_error("TypeError", "cannot sort an array with %.*s and %.*s in it",
                              first_length, first_name, length, name);
    }
    ny_word *spare = ny_memory_get(count * sizeof(ny_word));
    if (spare == NULL) return ny_heap_exhausted();
    ny_word *from = array->items, *to = spare;
    for (size_t width = 1; width < count; width *= 2) {
        merge_runs(from, to, count, width);
        ny_word *swap = from;
        from = to;
        to = swap;
    }
    if (from == spare) memcpy(array->items, spare, count * sizeof(ny_word));
    ny_memory_free(spare, count * sizeof(ny_word));
    return ny_retain(me);
}
