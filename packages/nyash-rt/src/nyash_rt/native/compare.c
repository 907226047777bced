/* Comparison of any values: == by content or equals(), < and <= of numbers and Strings. */
#include "array.h"
#include "blame.h"
#include "class.h"
#include "map.h"
#include "number.h"
#include "string_box.h"

#define DEPTH_LIMIT 256 /* nested collections; C stack per level about 200 bytes */

static bool equal_nested(ny_word left, ny_word right, unsigned depth, bool *thrown);

static bool too_deep(bool *thrown) {
    ny_throw_error("ArgumentError", "collections nested more than %d deep cannot be compared",
                   DEPTH_LIMIT);
    *thrown = true;
    return false;
}

static bool equal_arrays(ny_word left, ny_word right, unsigned depth, bool *thrown) {
    for (size_t i = 0; ny_array_count(left) == ny_array_count(right); i++) {
        if (i == ny_array_count(left)) return true;
        ny_word a = ny_retain(ny_array_at(left, i)), b = ny_retain(ny_array_at(right, i));
        bool same = equal_nested(a, b, depth + 1, thrown);
        ny_release(a);
        ny_release(b);
        if (!same) return false;
    }
    return false;
}

static bool equal_maps(ny_word left, ny_word right, unsigned depth, bool *thrown) {
    if (ny_map_count(left) != ny_map_count(right)) return false;
    ny_word key, value;
    for (size_t at = 0; ny_map_step(left, &at, &key, &value);) {
        ny_retain(key);
        ny_retain(value);
        ny_word other = ny_map_lookup(right, key, thrown);
        bool same = other != NY_ERROR && equal_nested(value, ny_retain(other), depth + 1, thrown);
        if (other != NY_ERROR) ny_release(other);
        ny_release(key);
        ny_release(value);
        if (!same) return false;
    }
    return true;
}

static bool equal_user(const ny_class *cls, ny_word left, ny_word right, bool *thrown) {
    ny_word result = cls->equals(left, right);
    if (result == NY_ERROR) {
        *thrown = true;
        return false;
    }
    bool same = ny_truth(result);
    ny_release(result);
    return same;
}

static bool equal_numbers(ny_word left, ny_word right) {
    ny_number a, b;
    if (ny_is_bool(left) || ny_is_bool(right)) return false; /* the same Bool is the same word */
    return ny_number_of(left, &a) && ny_number_of(right, &b) && ny_number_compare(a, b) == 0;
}

static bool equal_nested(ny_word left, ny_word right, unsigned depth, bool *thrown) {
    if (left == right) return !ny_is_float(left) || ny_float(left) == ny_float(left);
    if (!ny_is_box(left)) return equal_numbers(left, right);
    if (right == NY_NULL || ny_as_box(left)->flags & NY_DEAD) return false;
    const ny_class *cls = ny_class_of(left);
    if (cls->id >= NY_CLASS_FIRST_FREE && cls->equals != NULL)
        return equal_user(cls, left, right, thrown);
    uint16_t kind = ny_class_kind(left);
    if (kind == NY_CLASS_INTEGER || kind == NY_CLASS_FLOAT) return equal_numbers(left, right);
    if (!ny_is_box(right) || ny_as_box(right)->flags & NY_DEAD || kind != ny_class_kind(right))
        return false;
    if (kind == NY_CLASS_STRING) return ny_string_equal(left, right);
    if (kind != NY_CLASS_ARRAY && kind != NY_CLASS_MAP) return false;
    if (depth >= DEPTH_LIMIT) return too_deep(thrown);
    return kind == NY_CLASS_ARRAY ? equal_arrays(left, right, depth, thrown)
                                  : equal_maps(left, right, depth, thrown);
}

bool ny_equal(ny_word left, ny_word right, bool *thrown) {
    *thrown = false;
    return equal_nested(left, right, 0, thrown);
}

static NY_COLD int32_t compare_eq_slow(ny_word left, ny_word right) {
    bool thrown = false;
    bool same = equal_nested(left, right, 0, &thrown);
    return thrown ? -1 : same;
}

static inline bool both_small(ny_word left, ny_word right) {
    return (((left ^ 1) | (right ^ 1)) & 3) == 0;
}

int32_t ny_compare_eq(ny_word left, ny_word right) {
    if (NY_LIKELY(both_small(left, right))) return left == right;
    return compare_eq_slow(left, right);
}

/* The order of numbers or Strings as ny_number_compare has it; -2: thrown. */
static int order_of(ny_word left, ny_word right) {
    ny_number a, b;
    if (ny_is_string(left) && ny_is_string(right)) {
        int order = ny_string_compare(left, right);
        return (order > 0) - (order < 0);
    }
    if (!ny_is_bool(left) && !ny_is_bool(right) && ny_number_of(left, &a) &&
        ny_number_of(right, &b))
        return ny_number_compare(a, b);
    if (ny_is_box(left) && ny_as_box(left)->flags & NY_DEAD)
        ny_use_after_fini(left);
    else {
        int left_length, right_length;
        const char *left_name = ny_class_display(left, &left_length);
        const char *right_name = ny_class_display(right, &right_length);
        ny_throw_error("TypeError", "cannot compare %.*s with %.*s", left_length, left_name,
                       right_length, right_name);
        ny_blame_operation();
    }
    return -2;
}

static NY_COLD int32_t compare_lt_slow(ny_word left, ny_word right) {
    int order = order_of(left, right);
    return order == -2 ? -1 : order == -1;
}

int32_t ny_compare_lt(ny_word left, ny_word right) {
    if (NY_LIKELY(both_small(left, right))) return (int64_t)left < (int64_t)right;
    return compare_lt_slow(left, right);
}

static NY_COLD int32_t compare_le_slow(ny_word left, ny_word right) {
    int order = order_of(left, right);
    return order == -2 ? -1 : order == -1 || order == 0;
}

int32_t ny_compare_le(ny_word left, ny_word right) {
    if (NY_LIKELY(both_small(left, right))) return (int64_t)left <= (int64_t)right;
    return compare_le_slow(left, right);
}
