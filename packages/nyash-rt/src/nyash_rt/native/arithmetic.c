/* Operators on values of any kind (language.md section 5), for code whose types are not proven. */
#include <math.h>

#include "blame.h"
#include "class.h"
#include "heap.h"
#include "number.h"
#include "string_box.h"

#define NY_NOINLINE __attribute__((noinline))

/* Both words are small Integers: tag 01 in each. */
static inline bool both_small(ny_word left, ny_word right) {
    return (((left ^ 1) | (right ^ 1)) & 3) == 0;
}

static inline bool both_floats(ny_word left, ny_word right) {
    return ny_is_float_tagged(left) && ny_is_float_tagged(right);
}

ny_word ny_int_overflow(void) {
    return ny_throw_error("OverflowError", "the result is beyond 64-bit Integers");
}

ny_word ny_int_zero_division(void) {
    return ny_throw_error("DivisionByZeroError", "division by zero");
}

ny_word ny_int_bad_shift(int64_t distance) {
    return ny_throw_error("ArgumentError", "cannot shift by %lld: only 0 to 63",
                          (long long)distance);
}

typedef enum operation {
    ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT
} operation;

static NY_COLD ny_word wrong_kinds(operation op, ny_word left, ny_word right) {
    static const char *const words[][2] = {
        {"add", "and"}, {"subtract", "from"}, {"multiply", "by"}, {"divide", "by"},
        {"take the remainder of", "by"}, {"use & on", "and"}, {"use | on", "and"},
        {"use ^ on", "and"}, {"shift", "by"}, {"shift", "by"},
    };
    if (ny_is_box(left) && ny_as_box(left)->flags & NY_DEAD) return ny_use_after_fini(left);
    if (ny_is_box(right) && ny_as_box(right)->flags & NY_DEAD) return ny_use_after_fini(right);
    ny_word first = op == SUBTRACT ? right : left, second = op == SUBTRACT ? left : right;
    int first_length, second_length;
    const char *first_name = ny_class_display(first, &first_length);
    const char *second_name = ny_class_display(second, &second_length);
    ny_throw_error("TypeError", "cannot %s %.*s %s %.*s", words[op][0], first_length, first_name,
                   words[op][1], second_length, second_name);
    return ny_blame_operation();
}

static ny_word integer_result(operation op, int64_t left, int64_t right) {
    int64_t result = 0;
    switch (op) {
    case ADD:
        if (__builtin_add_overflow(left, right, &result)) return ny_int_overflow();
        break;
    case SUBTRACT:
        if (__builtin_sub_overflow(left, right, &result)) return ny_int_overflow();
        break;
    case MULTIPLY:
        if (__builtin_mul_overflow(left, right, &result)) return ny_int_overflow();
        break;
    case DIVIDE:
        if (right == 0) return ny_int_zero_division();
        if (left == INT64_MIN && right == -1) return ny_int_overflow();
        result = left / right;
        break;
    case MODULO:
        if (right == 0) return ny_int_zero_division();
        result = right == -1 ? 0 : left % right;
        break;
    case AND: result = left & right; break;
    case OR: result = left | right; break;
    case XOR: result = left ^ right; break;
    case SHIFT_LEFT:
        if ((uint64_t)right > 63) return ny_int_bad_shift(right);
        result = (int64_t)((uint64_t)left << right);
        break;
    case SHIFT_RIGHT:
        if ((uint64_t)right > 63) return ny_int_bad_shift(right);
        result = left >> right;
        break;
    }
    return ny_from_integer(result);
}

static ny_word float_result(operation op, double left, double right) {
    switch (op) {
    case ADD: return ny_from_float(left + right);
    case SUBTRACT: return ny_from_float(left - right);
    case MULTIPLY: return ny_from_float(left * right);
    case DIVIDE: return ny_from_float(left / right);
    default: return ny_from_float(fmod(left, right));
    }
}

static NY_COLD ny_word arithmetic_slow(operation op, ny_word left, ny_word right) {
    ny_number a, b;
    if (!ny_number_of(left, &a) || !ny_number_of(right, &b)) return wrong_kinds(op, left, right);
    if (!a.is_float && !b.is_float) return integer_result(op, a.integer, b.integer);
    return float_result(op, a.real, b.real);
}

static NY_COLD ny_word bits_slow(operation op, ny_word left, ny_word right) {
    if (!ny_is_integer(left) || !ny_is_integer(right)) return wrong_kinds(op, left, right);
    return integer_result(op, ny_integer(left), ny_integer(right));
}

/* One operand is a String: the other's text may come from the program. */
static ny_word concatenate(ny_word left, ny_word right) {
    if (ny_is_string(left)) {
        if (ny_is_string(right)) return ny_string_concat(left, right);
        if (ny_is_integer(right)) return ny_string_concat_integer(left, ny_integer(right));
    }
    ny_word first = ny_to_string(left);
    if (first == NY_ERROR) return NY_ERROR;
    ny_word second = ny_to_string(right);
    ny_word result = second == NY_ERROR ? NY_ERROR : ny_string_concat(first, second);
    ny_release(first);
    if (second != NY_ERROR) ny_release(second);
    return result;
}

/* Not as rare as the name says: Strings come first, then Floats. */
static NY_NOINLINE ny_word add_slow(ny_word left, ny_word right) {
    if (ny_is_string(left) || ny_is_string(right)) return concatenate(left, right);
    if (both_floats(left, right)) return ny_from_float(ny_tagged_float(left) + ny_tagged_float(right));
    return arithmetic_slow(ADD, left, right);
}

ny_word ny_add_floats(ny_word left, ny_word right) {
    if (NY_LIKELY(both_floats(left, right)))
        return ny_from_float(ny_tagged_float(left) + ny_tagged_float(right));
    return add_slow(left, right);
}

ny_word ny_add(ny_word left, ny_word right) {
    int64_t result;
    if (NY_LIKELY(both_small(left, right)) &&
        NY_LIKELY(!__builtin_add_overflow((int64_t)left, (int64_t)(right - 1), &result)))
        return (ny_word)result;
    return add_slow(left, right);
}

static NY_COLD ny_word sub_slow(ny_word left, ny_word right) {
    return arithmetic_slow(SUBTRACT, left, right);
}

ny_word ny_sub_floats(ny_word left, ny_word right) {
    if (NY_LIKELY(both_floats(left, right)))
        return ny_from_float(ny_tagged_float(left) - ny_tagged_float(right));
    return sub_slow(left, right);
}

/* Operands that are no small Integers. A call of its own: the few instructions of ny_sub and the like
   are copied into their callers. */
static NY_NOINLINE ny_word sub_others(ny_word left, ny_word right) {
    return ny_sub_floats(left, right);
}

ny_word ny_sub(ny_word left, ny_word right) {
    int64_t result;
    if (NY_LIKELY(both_small(left, right)) &&
        NY_LIKELY(!__builtin_sub_overflow((int64_t)left, (int64_t)(right - 1), &result)))
        return (ny_word)result;
    return sub_others(left, right);
}

static NY_COLD ny_word mul_slow(ny_word left, ny_word right) {
    if (ny_is_string(left) && ny_is_integer(right))
        return ny_string_times(left, ny_integer(right));
    return arithmetic_slow(MULTIPLY, left, right);
}

ny_word ny_mul_floats(ny_word left, ny_word right) {
    if (NY_LIKELY(both_floats(left, right)))
        return ny_from_float(ny_tagged_float(left) * ny_tagged_float(right));
    return mul_slow(left, right);
}

static NY_NOINLINE ny_word mul_others(ny_word left, ny_word right) {
    return ny_mul_floats(left, right);
}

ny_word ny_mul(ny_word left, ny_word right) {
    int64_t result;
    if (NY_LIKELY(both_small(left, right)) &&
        NY_LIKELY(!__builtin_mul_overflow(ny_small(left), (int64_t)(right - 1), &result)))
        return (ny_word)result | 1;
    return mul_others(left, right);
}

static NY_COLD ny_word div_slow(ny_word left, ny_word right) {
    return arithmetic_slow(DIVIDE, left, right);
}

ny_word ny_div_floats(ny_word left, ny_word right) {
    if (NY_LIKELY(both_floats(left, right)))
        return ny_from_float(ny_tagged_float(left) / ny_tagged_float(right));
    return div_slow(left, right);
}

static NY_NOINLINE ny_word div_others(ny_word left, ny_word right) {
    return ny_div_floats(left, right);
}

ny_word ny_div(ny_word left, ny_word right) {
    if (NY_LIKELY(both_small(left, right)) && NY_LIKELY(right != 1))
        return ny_from_integer(ny_small(left) / ny_small(right));
    return div_others(left, right);
}

static NY_COLD ny_word mod_slow(ny_word left, ny_word right) {
    return arithmetic_slow(MODULO, left, right);
}

ny_word ny_mod(ny_word left, ny_word right) {
    if (NY_LIKELY(both_small(left, right)) && NY_LIKELY(right != 1))
        return ny_from_small(ny_small(left) % ny_small(right));
    return mod_slow(left, right);
}

static NY_COLD ny_word and_slow(ny_word left, ny_word right) {
    return bits_slow(AND, left, right);
}

ny_word ny_and(ny_word left, ny_word right) {
    if (NY_LIKELY(both_small(left, right))) return left & right;
    return and_slow(left, right);
}

static NY_COLD ny_word or_slow(ny_word left, ny_word right) { return bits_slow(OR, left, right); }

ny_word ny_or(ny_word left, ny_word right) {
    if (NY_LIKELY(both_small(left, right))) return left | right;
    return or_slow(left, right);
}

static NY_COLD ny_word xor_slow(ny_word left, ny_word right) {
    return bits_slow(XOR, left, right);
}

ny_word ny_xor(ny_word left, ny_word right) {
    if (NY_LIKELY(both_small(left, right))) return (left ^ right) | 1;
    return xor_slow(left, right);
}

ny_word ny_shl(ny_word left, ny_word right) { return bits_slow(SHIFT_LEFT, left, right); }

ny_word ny_shr(ny_word left, ny_word right) { return bits_slow(SHIFT_RIGHT, left, right); }

static NY_COLD ny_word neg_slow(ny_word operand) {
    ny_number number;
    if (ny_number_of(operand, &number)) {
        if (number.is_float) return ny_from_float(-number.real);
        return integer_result(SUBTRACT, 0, number.integer);
    }
    if (ny_is_box(operand) && ny_as_box(operand)->flags & NY_DEAD)
        return ny_use_after_fini(operand);
    int length;
    const char *name = ny_class_display(operand, &length);
    ny_throw_error("TypeError", "cannot negate %.*s", length, name);
    return ny_blame_operation();
}

ny_word ny_neg(ny_word operand) {
    int64_t result; /* (-4x) | 1 of 4x | 1 */
    if (NY_LIKELY(ny_is_small(operand)) &&
        NY_LIKELY(!__builtin_sub_overflow((int64_t)0, (int64_t)(operand - 1), &result)))
        return (ny_word)result | 1;
    return neg_slow(operand);
}

ny_word ny_not(ny_word operand) {
    if (NY_LIKELY(ny_is_small(operand))) return operand ^ ~(ny_word)3;
    if (ny_is_integer(operand)) return ny_from_integer(~ny_integer(operand));
    int length;
    const char *name = ny_class_display(operand, &length);
    ny_throw_error("TypeError", "cannot use ~ on %.*s", length, name);
    return ny_blame_operation();
}
