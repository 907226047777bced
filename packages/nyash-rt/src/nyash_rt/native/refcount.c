/* Counting references, and asking a value for its class. No Box declares these directly. */
#include "cycle.h"
#include "heap.h"
#include "program.h"

ny_word ny_word_retain(ny_word word) { return ny_retain(word); }

void ny_word_release(ny_word word) { ny_release(word); }

ny_word ny_new(uint16_t class_id) {
    ny_box *box = ny_box_new(ny_classes[class_id]);
    if (NY_UNLIKELY(box == NULL)) return NY_ERROR;
    box->flags = NY_CONSTRUCTING;
    return ny_from_box(box);
}

void ny_constructed(ny_word object) {
    ny_as_box(object)->flags &= (uint8_t)~NY_CONSTRUCTING;
    ny_cycle_safe_point();
}

static NY_COLD uint16_t class_id_of_immediate(ny_word value) {
    if (ny_is_small(value)) return NY_CLASS_INTEGER;
    if (ny_is_float_tagged(value)) return NY_CLASS_FLOAT;
    return ny_is_bool(value) ? NY_CLASS_BOOL : NY_CLASS_NULL;
}

uint16_t ny_class_id_of(ny_word value) {
    if (NY_LIKELY(ny_is_box(value))) return ny_as_box(value)->class_id;
    return class_id_of_immediate(value);
}

const ny_class *ny_class_of(ny_word value) { return ny_classes[ny_class_id_of(value)]; }

static NY_COLD bool has_ancestor(uint16_t own, uint16_t class_id) {
    const uint16_t *ancestor = ny_classes[own]->ancestors;
    if (ancestor == NULL) return false;
    for (; *ancestor != 0; ancestor++)
        if (*ancestor == class_id) return true;
    return false;
}

bool ny_is(ny_word value, uint16_t class_id) {
    uint16_t own = ny_class_id_of(value);
    if (own == class_id) return true;
    return has_ancestor(own, class_id);
}
