/* ArrayBox (array.nyash): storage, ends, elements. See array.h. */
#include "array.h"

#include <string.h>

#include "class.h"
#include "cycle.h"
#include "heap.h"

#define ROOM_LIMIT ((size_t)UINT32_MAX / 2) /* elements of one Array */

ny_array *ny_array_new(size_t room) {
    ny_array *array = (ny_array *)ny_box_new_id(NY_CLASS_ARRAY);
    if (NY_LIKELY(array != NULL) && room > 0 && NY_UNLIKELY(!ny_array_reserve(array, room))) {
        ny_release_box(array);
        return NULL;
    }
    return array;
}

static NY_COLD bool grow(ny_array *array, size_t more) {
    size_t needed = (size_t)array->count + more;
    if (needed > ROOM_LIMIT) {
        ny_heap_exhausted();
        return false;
    }
    size_t old_room = (size_t)array->room + array->skipped;
    if (array->skipped >= needed && array->skipped >= array->count) { /* slide back to the start */
        ny_word *start = array->items - array->skipped;
        memmove(start, array->items, array->count * sizeof(ny_word));
        array->items = start;
        array->room = (uint32_t)old_room;
        array->skipped = 0;
        return true;
    }
    size_t room = (size_t)array->count + array->count / 2 + 4;
    if (room < needed) room = needed;
    ny_word *items = ny_memory_get(room * sizeof(ny_word));
    if (items == NULL) {
        ny_heap_exhausted();
        return false;
    }
    if (array->items != NULL) {
        memcpy(items, array->items, array->count * sizeof(ny_word));
        ny_memory_free(array->items - array->skipped, old_room * sizeof(ny_word));
    }
    array->items = items;
    array->room = (uint32_t)room;
    array->skipped = 0;
    return true;
}

bool ny_array_reserve(ny_array *array, size_t more) {
    if (NY_LIKELY((size_t)array->room - array->count >= more)) return true;
    return grow(array, more);
}

/* Empties the array and then releases what was in it, first to last. */
static void release_all(ny_array *array) {
    ny_word *items = array->items;
    uint32_t count = array->count;
    size_t room = (size_t)array->room + array->skipped, skipped = array->skipped;
    array->items = NULL;
    array->count = array->room = array->skipped = 0;
    for (uint32_t i = 0; i < count; i++) ny_release(items[i]);
    if (items != NULL) ny_memory_free(items - skipped, room * sizeof(ny_word));
}

void ny_array_destroy(ny_box *box) { release_all((ny_array *)box); }

void ny_array_visit(ny_box *box, void (*show)(ny_word, void *), void *context) {
    const ny_array *array = (const ny_array *)box;
    for (uint32_t i = 0; i < array->count; i++) show(array->items[i], context);
}

ny_word ny_array_empty(void) {
    ny_array *array = ny_array_new(0);
    return array == NULL ? NY_ERROR : ny_from_box(array);
}

size_t ny_array_count(ny_word array) { return ny_as_array(array)->count; }

ny_word ny_array_at(ny_word array, size_t index) { return ny_as_array(array)->items[index]; }

bool ny_array_append(ny_word word, ny_word consumed) {
    ny_array *array = ny_as_array(word);
    if (NY_UNLIKELY(array->count == array->room) && !grow(array, 1)) {
        ny_release(consumed);
        return false;
    }
    array->items[array->count++] = consumed;
    return true;
}

ny_word ny_array_from(const ny_word *owned_items, uint32_t count) {
    ny_array *array = ny_array_new(count);
    if (NY_UNLIKELY(array == NULL)) {
        for (uint32_t i = 0; i < count; i++) ny_release(owned_items[i]);
        return NY_ERROR;
    }
    if (count > 0) memcpy(array->items, owned_items, count * sizeof(ny_word));
    array->count = count;
    return ny_from_box(array);
}

ny_word ny_array_out_of_range(const ny_array *array, int64_t index) {
    return ny_throw_error("IndexError", "index %lld is out of range: the array has %u element%s",
                          (long long)index, array->count, array->count == 1 ? "" : "s");
}

ny_word ny_array_push(ny_word me, ny_word value) {
    if (NY_UNLIKELY(ny_as_array(me)->count == ny_as_array(me)->room)) {
        ny_cycle_safe_point(); /* a fini may have finalised this very array */
        if (NY_UNLIKELY(ny_as_box(me)->flags & NY_DEAD)) {
            ny_release(value);
            return ny_use_after_fini(me);
        }
    }
    if (NY_UNLIKELY(!ny_array_append(me, value))) return NY_ERROR;
    return ny_retain(me);
}

ny_word ny_array_pop(ny_word me) {
    ny_array *array = ny_as_array(me);
    if (array->count == 0) return NY_NULL;
    return array->items[--array->count];
}

ny_word ny_array_shift(ny_word me) {
    ny_array *array = ny_as_array(me);
    if (array->count == 0) return NY_NULL;
    ny_word first = *array->items++;
    array->skipped++;
    array->room--;
    array->count--;
    return first;
}

ny_word ny_array_unshift(ny_word me, ny_word value) { return ny_array_insert(me, 0, value); }

ny_word ny_array_item(ny_word me, int64_t index) {
    const ny_array *array = ny_as_array(me);
    int64_t at = index;
    if (NY_UNLIKELY(!ny_array_index(array, &at))) return ny_array_out_of_range(array, index);
    return array->items[at];
}

/* Appending may run any fini, which may drop the caller's array. */
static NY_COLD ny_word append_beyond(ny_word me, int64_t index, ny_word value) {
    if (index != ny_as_array(me)->count) {
        ny_release(value);
        return ny_array_out_of_range(ny_as_array(me), index);
    }
    ny_retain(me);
    ny_word pushed = ny_array_push(me, value);
    if (pushed != NY_ERROR) ny_release(pushed);
    ny_release(me);
    return pushed == NY_ERROR ? NY_ERROR : NY_NULL;
}

ny_word ny_array_put(ny_word me, int64_t index, ny_word value) {
    ny_array *array = ny_as_array(me);
    int64_t at = index;
    if (NY_UNLIKELY(!ny_array_index(array, &at))) return append_beyond(me, index, value);
    ny_word before = array->items[at];
    array->items[at] = value;
    ny_release(before); /* last: it may drop the caller's array */
    return NY_NULL;
}

ny_word ny_array_get(ny_word me, int64_t index) {
    ny_word item = ny_array_item(me, index);
    return NY_LIKELY(item != NY_ERROR) ? ny_retain(item) : NY_ERROR;
}

ny_word ny_array_get_or(ny_word me, int64_t index, ny_word otherwise) {
    const ny_array *array = ny_as_array(me);
    return ny_retain(ny_array_index(array, &index) ? array->items[index] : otherwise);
}

ny_word ny_array_set(ny_word me, int64_t index, ny_word value) {
    ny_array *array = ny_as_array(me);
    int64_t at = index;
    if (NY_UNLIKELY(!ny_array_index(array, &at))) {
        if (at == array->count) return ny_array_push(me, value);
        ny_release(value);
        return ny_array_out_of_range(array, index);
    }
    ny_word before = array->items[at];
    array->items[at] = value;
    ny_retain(me); /* the release may drop the caller's array */
    ny_release(before);
    return me;
}

int64_t ny_array_length(ny_word me) { return ny_as_array(me)->count; }

bool ny_array_is_empty(ny_word me) { return ny_as_array(me)->count == 0; }

ny_word ny_array_first(ny_word me) { return ny_array_get_or(me, 0, NY_NULL); }

ny_word ny_array_last(ny_word me) { return ny_array_get_or(me, -1, NY_NULL); }

ny_word ny_array_clear(ny_word me) {
    ny_retain(me);
    release_all(ny_as_array(me));
    return me;
}

ny_word ny_array_assign(ny_word me, ny_word from) {
    ny_array *array = ny_as_array(me);
    ny_word copy = ny_array_copy(from);
    if (copy == NY_ERROR) return NY_ERROR;
    ny_array *source = ny_as_array(copy), old = *array;
    array->items = source->items;
    array->count = source->count;
    array->room = source->room;
    array->skipped = source->skipped;
    source->items = old.items;
    source->count = old.count;
    source->room = old.room;
    source->skipped = old.skipped;
    ny_retain(me);
    ny_release(copy);
    return me;
}
