/* The text of any value (toString() of any.nyash, print, string concatenation).

   Collections are printed here, so that one inside itself prints `[...]` and depth is bounded; a
   program's own toString() starts a new chain. */
#include <string.h>

#include "array.h"
#include "buffer.h"
#include "class.h"
#include "closure.h"
#include "failure.h"
#include "map.h"
#include "range.h"
#include "string_box.h"
#include "text.h"

#define DEPTH_LIMIT 128

/* The collections being printed, innermost first; lies on the C stack of the printing task. */
typedef struct chain {
    ny_word collection;
    unsigned depth;
    bool plain; /* run nothing of the program */
    const struct chain *outer;
} chain;

static bool append_value(ny_text *text, ny_word value, const chain *outer);

static bool append_element(ny_text *text, ny_word value, const chain *outer) {
    if (!ny_is_string(value)) return append_value(text, value, outer);
    ny_text_quoted(text, ny_as_string(value)->bytes, ny_as_string(value)->byte_length);
    return true;
}

static bool append_array(ny_text *text, ny_word array, const chain *inside) {
    ny_text_append(text, "[", 1);
    for (size_t i = 0; i < ny_array_count(array); i++) {
        if (i > 0) ny_text_append(text, ", ", 2);
        ny_word item = ny_retain(ny_array_at(array, i));
        bool done = append_element(text, item, inside);
        ny_release(item);
        if (!done) return false;
    }
    ny_text_append(text, "]", 1);
    return true;
}

static bool append_map(ny_text *text, ny_word map, const chain *inside) {
    ny_word key, value;
    ny_text_append(text, "{", 1);
    bool first = true;
    for (size_t at = 0; ny_map_step(map, &at, &key, &value); first = false) {
        if (!first) ny_text_append(text, ", ", 2);
        ny_retain(key);
        ny_retain(value);
        bool done = append_element(text, key, inside);
        if (done) {
            ny_text_append(text, ": ", 2);
            done = append_element(text, value, inside);
        }
        ny_release(key);
        ny_release(value);
        if (!done) return false;
    }
    ny_text_append(text, "}", 1);
    return true;
}

static bool append_collection(ny_text *text, ny_word value, bool is_map, const chain *outer) {
    chain inside = {value, outer->depth + 1, outer->plain, outer};
    bool again = inside.depth > DEPTH_LIMIT;
    for (const chain *link = outer; link != NULL && !again; link = link->outer)
        again = link->collection == value;
    if (again) {
        ny_text_append(text, is_map ? "{...}" : "[...]", 5);
        return true;
    }
    return is_map ? append_map(text, value, &inside) : append_array(text, value, &inside);
}

static bool append_user(ny_text *text, ny_word value, const ny_class *cls) {
    ny_word result = cls->to_string(value);
    if (result == NY_ERROR) return false;
    if (!ny_is_string(result)) {
        ny_check_failed(result, "String", "result of toString()");
        ny_release(result);
        return false;
    }
    ny_text_string(text, result);
    ny_release(result);
    return true;
}

static void append_error(ny_text *text, ny_word error, const chain *outer) {
    const char *type = ny_error_type_text(error);
    ny_text_append(text, type, strlen(type));
    ny_word message = *ny_error_field(error, NY_ERROR_MESSAGE);
    if (message == NY_NULL) return;
    chain plain = {error, outer->depth + 1, true, outer};
    ny_text_append(text, ": ", 2);
    append_value(text, message, &plain);
}

static bool append_value(ny_text *text, ny_word value, const chain *outer) {
    if (ny_is_small(value)) {
        ny_text_integer(text, ny_small(value));
        return true;
    }
    const ny_class *cls = ny_class_of(value);
    if (ny_is_box(value) && ny_as_box(value)->flags & NY_DEAD) {
        ny_text_format(text, "<%s finalised>", cls->name);
        return true;
    }
    if (cls->id >= NY_CLASS_FIRST_FREE && cls->to_string != NULL && !outer->plain)
        return append_user(text, value, cls);
    switch (ny_class_kind(value)) {
    case NY_CLASS_NULL: ny_text_append(text, "null", 4); break;
    case NY_CLASS_BOOL:
        ny_text_append(text, value == NY_TRUE ? "true" : "false", value == NY_TRUE ? 4 : 5);
        break;
    case NY_CLASS_INTEGER: ny_text_integer(text, ny_integer(value)); break;
    case NY_CLASS_FLOAT: ny_text_float(text, ny_float(value)); break;
    case NY_CLASS_STRING: ny_text_string(text, value); break;
    case NY_CLASS_ARRAY: return append_collection(text, value, false, outer);
    case NY_CLASS_MAP: return append_collection(text, value, true, outer);
    case NY_CLASS_ERROR: append_error(text, value, outer); break;
    case NY_CLASS_BUFFER: ny_buffer_append_text(text, value); break;
    case NY_CLASS_RANGE:
        ny_text_integer(text, ny_range_start(value));
        ny_text_append(text, "..", 2);
        ny_text_integer(text, ny_range_end(value));
        break;
    case NY_CLASS_FUNCTION: {
        const char *name = ny_as_closure(value)->name;
        ny_text_format(text, name != NULL ? "<Function %s>" : "<Function>", name);
        break;
    }
    default: ny_text_format(text, "<%s>", cls->name);
    }
    return true;
}

static const chain nothing = {NY_ERROR, 0, false, NULL};
static const chain nothing_plain = {NY_ERROR, 0, true, NULL};

bool ny_text_value(ny_text *text, ny_word value) { return append_value(text, value, &nothing); }

void ny_text_value_plain(ny_text *text, ny_word value) {
    append_value(text, value, &nothing_plain);
}

ny_word ny_to_string(ny_word value) {
    if (ny_is_string(value)) return ny_retain(value);
    if (ny_is_integer(value)) {
        char digits[NY_INTEGER_TEXT_ROOM];
        size_t count = ny_text_digits(ny_integer(value), digits);
        return ny_string_new_counted(digits, count, count);
    }
    ny_text text = {0};
    if (!append_value(&text, value, &nothing)) {
        ny_text_drop(&text);
        return NY_ERROR;
    }
    return ny_text_finish(&text);
}
