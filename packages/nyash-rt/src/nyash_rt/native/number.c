/* Words of Integers and Floats: boxing, unboxing, exact comparison. */
#include "number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "class.h"
#include "heap.h"

#define TWO_TO_63 9223372036854775808.0

/* 0.0 and -0.0 lie outside the self-tagged range and are frequent: one immortal Box each. */
static ny_boxed_float zeros[2] = {
    {{NY_IMMORTAL_COUNT, NY_CLASS_FLOAT, NY_IMMORTAL, 0}, 0.0},
    {{NY_IMMORTAL_COUNT, NY_CLASS_FLOAT, NY_IMMORTAL, 0}, -0.0},
};

static ny_word wide(int64_t value, ny_box *box) {
    if (NY_UNLIKELY(box == NULL)) return ny_heap_exhausted();
    ((ny_wide_integer *)box)->value = value;
    return ny_from_box(box);
}

static ny_word boxed(double value, ny_box *box) {
    if (NY_UNLIKELY(box == NULL)) return ny_heap_exhausted();
    ((ny_boxed_float *)box)->value = value;
    return ny_from_box(box);
}

static ny_word zero(double value) { return ny_retain(ny_from_box(&zeros[signbit(value) != 0])); }

ny_word ny_integer_wide(int64_t value) {
    return wide(value, ny_heap_take(sizeof(ny_wide_integer), NY_CLASS_INTEGER));
}

ny_word ny_float_boxed(double value) {
    if (value == 0.0) return zero(value);
    return boxed(value, ny_heap_take(sizeof(ny_boxed_float), NY_CLASS_FLOAT));
}

/* Compiled code takes boxing for granted (the instruction `box` does not throw): without memory the
   heap has a reserve for it. A program that boxes more than that, and nothing else, ends here. */
static NY_COLD void give_up(void) {
    ny_report_uncaught(ny_caught());
    exit(1);
}

static NY_COLD ny_word box_wide(int64_t value) {
    ny_word word = wide(value, ny_heap_take_number(sizeof(ny_wide_integer), NY_CLASS_INTEGER));
    if (word == NY_ERROR) give_up();
    return word;
}

static NY_COLD ny_word box_rare(double value) {
    if (value == 0.0) return zero(value);
    ny_word word = boxed(value, ny_heap_take_number(sizeof(ny_boxed_float), NY_CLASS_FLOAT));
    if (word == NY_ERROR) give_up();
    return word;
}

ny_word ny_box_integer(int64_t value) {
    if (NY_LIKELY(value >= NY_SMALL_MIN && value <= NY_SMALL_MAX)) return ny_from_small(value);
    return box_wide(value);
}

ny_word ny_box_float(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t word = bits << 4 | bits >> 60;
    return NY_LIKELY(ny_is_float_tagged(word)) ? word : box_rare(value);
}

static NY_COLD int64_t unbox_wide(ny_word word) {
    return ((const ny_wide_integer *)ny_as_box(word))->value;
}

int64_t ny_unbox_integer(ny_word word) {
    if (NY_LIKELY(ny_is_small(word))) return ny_small(word);
    return unbox_wide(word);
}

static NY_COLD double unbox_boxed(ny_word word) {
    return ((const ny_boxed_float *)ny_as_box(word))->value;
}

double ny_unbox_float(ny_word word) {
    if (NY_UNLIKELY(ny_is_box(word))) return unbox_boxed(word);
    return ny_tagged_float(word);
}

int64_t ny_integer(ny_word word) { return ny_unbox_integer(word); }

double ny_float(ny_word word) { return ny_unbox_float(word); }

bool ny_is_integer(ny_word word) {
    return ny_is_small(word) || (ny_is_box(word) && ny_as_box(word)->class_id == NY_CLASS_INTEGER);
}

bool ny_is_float(ny_word word) {
    return ny_is_float_tagged(word) ||
           (ny_is_box(word) && ny_as_box(word)->class_id == NY_CLASS_FLOAT);
}

static NY_COLD bool truth_slow(ny_word word) {
    if (ny_is_string(word)) return ny_as_string(word)->byte_length != 0;
    if (ny_is_float(word)) return ny_float(word) != 0.0;
    return true;
}

bool ny_truth(ny_word word) {
    if (ny_is_box(word)) return truth_slow(word);
    return word != NY_FALSE && word != NY_NULL && word != 1; /* 1 is the Integer 0 */
}

/* Field by field: a struct assigned as a whole copies its padding through memory, in pieces that
   the processor cannot forward from the store before. */
bool ny_number_of(ny_word value, ny_number *number) {
    bool is_float = ny_is_float(value);
    if (is_float) {
        number->integer = 0;
        number->real = ny_float(value);
    } else {
        if (ny_is_integer(value)) number->integer = ny_integer(value);
        else if (ny_is_bool(value)) number->integer = value == NY_TRUE;
        else return false;
        number->real = (double)number->integer;
    }
    number->is_float = is_float;
    return true;
}

static int compare_mixed(int64_t integer, double real) {
    if (isnan(real)) return 2;
    if (real >= TWO_TO_63) return -1;
    if (real < -TWO_TO_63) return 1;
    int64_t whole = (int64_t)real;
    if (integer != whole) return integer < whole ? -1 : 1;
    double rest = real - (double)whole;
    return rest > 0 ? -1 : rest < 0 ? 1 : 0;
}

int ny_number_compare(ny_number left, ny_number right) {
    if (!left.is_float && !right.is_float)
        return (left.integer > right.integer) - (left.integer < right.integer);
    if (!left.is_float) return compare_mixed(left.integer, right.real);
    if (!right.is_float) {
        int order = compare_mixed(right.integer, left.real);
        return order == 2 ? 2 : -order;
    }
    if (isnan(left.real) || isnan(right.real)) return 2;
    return (left.real > right.real) - (left.real < right.real);
}

ny_word ny_number_whole(double value) {
    if (isnan(value)) return ny_throw_error("ArgumentError", "nan has no Integer");
    if (value >= TWO_TO_63 || value < -TWO_TO_63)
        return ny_throw_error("OverflowError", "the Float is beyond 64-bit Integers");
    return ny_from_integer((int64_t)value);
}
