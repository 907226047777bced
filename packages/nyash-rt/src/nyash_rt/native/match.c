/* Patterns of `match`; see match.h. No Box declares these. */
#include "match.h"

#include "text.h"

#define SHOWN_MOST 200 /* bytes of a value in the message */

static bool is_alive(ny_word value, uint16_t class_id) {
    return ny_is(value, class_id) && !(ny_as_box(value)->flags & NY_DEAD);
}

bool ny_match_array(ny_word value, int64_t count, bool exact) {
    if (!is_alive(value, NY_CLASS_ARRAY)) return false;
    int64_t present = (int64_t)ny_array_count(value);
    return exact ? present == count : present >= count;
}

/* A test before (an `equals` of the program) may have changed the Array. */
ny_word ny_match_item(ny_word array, int64_t index) {
    if ((size_t)index >= ny_array_count(array)) return NY_NULL;
    return ny_retain(ny_array_at(array, (size_t)index));
}

ny_word ny_match_rest(ny_word array, int64_t index) {
    ny_word rest = ny_array_empty();
    for (size_t i = (size_t)index; rest != NY_ERROR && i < ny_array_count(array); i++) {
        if (ny_array_append(rest, ny_retain(ny_array_at(array, i)))) continue;
        ny_release(rest);
        rest = NY_ERROR;
    }
    return rest;
}

bool ny_match_map(ny_word value) { return is_alive(value, NY_CLASS_MAP); }

bool ny_match_has(ny_word map, ny_word key) { return ny_map_find(map, key) != NY_ERROR; }

ny_word ny_match_value(ny_word map, ny_word key) {
    ny_word found = ny_map_find(map, key);
    return found == NY_ERROR ? NY_NULL : ny_retain(found);
}

ny_word ny_match_failed(ny_word value) {
    ny_text text = {0};
    if (!ny_text_value(&text, value)) {
        ny_text_drop(&text);
        return NY_ERROR;
    }
    int length = text.length > SHOWN_MOST ? SHOWN_MOST : (int)text.length;
    if (length == SHOWN_MOST) /* whole characters */
        while ((text.bytes[length] & 0xC0) == 0x80) length--;
    ny_throw_error("MatchError", "no arm fits %.*s", length, text.failed ? "" : text.bytes);
    ny_text_drop(&text);
    return NY_ERROR;
}
