/* `container[key]`, read and written, where the container's Box is not known; assert. */
#include "array.h"
#include "blame.h"
#include "buffer.h"
#include "class.h"
#include "map.h"
#include "string_box.h"
#include "text.h"

static NY_COLD ny_word no_index(ny_word container, ny_word key) {
    switch (ny_class_kind(container)) {
    case NY_CLASS_ARRAY:
    case NY_CLASS_STRING:
    case NY_CLASS_BUFFER: return ny_check_failed(key, "Integer", "index");
    case NY_CLASS_NULL: return ny_blame_null("use", NY_ROLE_ELEMENT);
    default: break;
    }
    int length;
    const char *name = ny_class_display(container, &length);
    return ny_throw_error("TypeError", "cannot use [ ] on %.*s", length, name);
}

static bool is_dead(ny_word value) {
    return ny_is_box(value) && ny_as_box(value)->flags & NY_DEAD;
}

ny_word ny_index_get(ny_word container, ny_word key) {
    if (NY_UNLIKELY(is_dead(container))) return ny_use_after_fini(container);
    uint16_t kind = ny_class_kind(container);
    if (kind == NY_CLASS_MAP) return ny_map_get(container, key);
    if (!ny_is_integer(key)) return no_index(container, key);
    switch (kind) {
    case NY_CLASS_ARRAY: return ny_array_get(container, ny_integer(key));
    case NY_CLASS_STRING: return ny_string_at(container, ny_integer(key));
    case NY_CLASS_BUFFER: return ny_buffer_get(container, ny_integer(key));
    default: return no_index(container, key);
    }
}

static ny_word dropped(ny_word owned) {
    if (NY_UNLIKELY(owned == NY_ERROR)) return NY_ERROR;
    ny_release(owned);
    return NY_NULL;
}

ny_word ny_index_set(ny_word container, ny_word key, ny_word value) {
    if (NY_UNLIKELY(is_dead(container))) return ny_use_after_fini(container);
    uint16_t kind = ny_class_kind(container);
    if (kind == NY_CLASS_MAP) 
        return dropped(ny_map_set(container, ny_retain(key), ny_retain(value)));
    if (!ny_is_integer(key)) return no_index(container, key);
    switch (kind) {
    case NY_CLASS_ARRAY: 
        return dropped(ny_array_set(container, ny_integer(key), ny_retain(value)));
    case NY_CLASS_BUFFER:
        if (!ny_is_integer(value)) return ny_check_failed(value, "Integer", "byte of a Buffer");
        return dropped(ny_buffer_set(container, ny_integer(key), ny_integer(value)));
    case NY_CLASS_STRING: return ny_throw_error("TypeError", "a String cannot be changed");
    default: return no_index(container, key);
    }
}

/* A value in an assert's message: Strings quoted, nothing of the program run. */
static void append_side(ny_text *text, const char *name, ny_word value) {
    ny_text_format(text, "%s", name);
    if (ny_is_string(value))
        ny_text_quoted(text, ny_as_string(value)->bytes, ny_as_string(value)->byte_length);
    else
        ny_text_value_plain(text, value);
}

ny_word ny_assert_failed(ny_word source, ny_word left, ny_word right, ny_word message) {
    ny_text text = {0};
    if (message != NY_NULL) {
        ny_text_value_plain(&text, message);
        ny_text_append(&text, ": ", 2);
    }
    ny_text_append(&text, "assert(", 7);
    ny_text_value_plain(&text, source);
    ny_text_append(&text, ")", 1);
    if (left != NY_NULL || right != NY_NULL) { /* a comparison: both sides as they were */
        append_side(&text, "; left is ", left);
        append_side(&text, ", right is ", right);
    }
    ny_word whole = ny_text_finish(&text);
    if (whole == NY_ERROR) return NY_ERROR;
    ny_word error =
        ny_throw_error("AssertionError", "%.*s", (int)ny_as_string(whole)->byte_length,
                       ny_as_string(whole)->bytes);
    ny_release(whole);
    return error;
}
