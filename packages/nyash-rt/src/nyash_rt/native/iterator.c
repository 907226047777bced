/* IteratorBox (iterator.nyash): walks over Arrays, Maps (their keys), Sets, Strings, Ranges and the
   Boxes that other providers registered. */
#include "iterator.h"

#include "array.h"
#include "class.h"
#include "heap.h"
#include "map.h"
#include "range.h"
#include "string_box.h"
#include "utf8.h"

extern const uint16_t ny_class_id_IteratorBox, ny_class_id_SetBox;

#define PROVIDED_LIMIT 16 /* kinds of Boxes with a walk of their own */

static struct {
    uint16_t class_id;
    ny_word (*next)(ny_word source);
} provided[PROVIDED_LIMIT];
static size_t provided_count;

void ny_iterator_provide(uint16_t class_id, ny_word (*next)(ny_word source)) {
    if (provided_count == PROVIDED_LIMIT) return; /* then walking it throws TypeError */
    provided[provided_count].class_id = class_id;
    provided[provided_count++].next = next;
}

static ny_word next_of_array(ny_iterator *iterator) {
    const ny_array *array = ny_as_array(iterator->source);
    if (iterator->at >= iterator->end || iterator->at >= array->count) return NY_END;
    return ny_retain(array->items[iterator->at++]);
}

static ny_word next_of_map(ny_iterator *iterator) {
    size_t at = (size_t)iterator->at;
    ny_word key, value;
    bool found = ny_map_step(iterator->source, &at, &key, &value);
    iterator->at = (int64_t)at;
    return found && iterator->at <= iterator->end ? ny_retain(key) : NY_END;
}

static ny_word next_of_string(ny_iterator *iterator) {
    if (iterator->at >= iterator->end) return NY_END;
    const char *place = ny_as_string(iterator->source)->bytes + iterator->at;
    size_t step = ny_utf8_step(*place);
    iterator->at += (int64_t)step;
    return ny_string_new_counted(place, step, 1);
}

static ny_word next_of_range(ny_iterator *iterator) {
    if (iterator->at >= iterator->end) return NY_END;
    return ny_from_integer(iterator->at++);
}

static ny_word next_of_provided(ny_iterator *iterator) {
    return provided[iterator->end].next(iterator->source);
}

static bool choose(ny_iterator *iterator, ny_word source) {
    switch (ny_class_kind(source)) {
    case NY_CLASS_ARRAY:
        iterator->next = next_of_array;
        iterator->end = ny_as_array(source)->count;
        return true;
    case NY_CLASS_MAP:
        iterator->next = next_of_map;
        iterator->end = ny_as_map(source)->used;
        ny_as_map(source)->walkers++;
        return true;
    case NY_CLASS_STRING:
        iterator->next = next_of_string;
        iterator->end = ny_as_string(source)->byte_length;
        return true;
    case NY_CLASS_RANGE:
        iterator->next = next_of_range;
        iterator->at = ((const ny_range_box *)ny_as_box(source))->start;
        iterator->end = ((const ny_range_box *)ny_as_box(source))->end;
        return true;
    default:
        for (size_t i = 0; i < provided_count; i++) {
            if (!ny_is(source, provided[i].class_id)) continue;
            iterator->next = next_of_provided;
            iterator->end = (int64_t)i;
            return true;
        }
        return false;
    }
}

/* A SetBox is walked as the Map in its only field (set.nyash), anything else as itself. */
static ny_word walked(ny_word iterable) {
    if (!ny_is_box(iterable) || !ny_is(iterable, ny_class_id_SetBox)) return iterable;
    ny_box *box = ny_as_box(iterable);
    return *(ny_word *)(void *)((char *)box + ny_class_of_box(box)->field_offset);
}

ny_word ny_iterator_new(ny_word iterable) {
    if (ny_is_box(iterable) && ny_as_box(iterable)->flags & NY_DEAD)
        return ny_use_after_fini(iterable);
    iterable = walked(iterable);
    ny_iterator found = {.at = 0};
    if (!choose(&found, iterable))
        return ny_check_failed(iterable, "Array, Map, Set, String, Range or Channel", "`loop(… in …)`");
    ny_iterator *iterator = (ny_iterator *)ny_heap_take(sizeof *iterator, ny_class_id_IteratorBox);
    if (iterator == NULL) {
        if (found.next == next_of_map) ny_as_map(iterable)->walkers--;
        return ny_heap_exhausted();
    }
    iterator->source = ny_retain(iterable);
    iterator->next = found.next;
    iterator->at = found.at;
    iterator->end = found.end;
    return ny_from_box(iterator);
}

bool ny_is_end(ny_word word) { return word == NY_END; }

ny_word ny_iterator_next(ny_word word) {
    ny_iterator *iterator = (ny_iterator *)ny_as_box(word);
    return iterator->next(iterator);
}

void ny_iterator_destroy(ny_box *box) {
    ny_iterator *iterator = (ny_iterator *)box;
    if (iterator->next == next_of_map) ny_as_map(iterator->source)->walkers--;
    ny_release(iterator->source);
    iterator->source = NY_NULL;
}

void ny_iterator_visit(ny_box *box, void (*show)(ny_word, void *), void *context) {
    show(((const ny_iterator *)box)->source, context);
}
