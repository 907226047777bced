/* IntegerBox and BoolBox (integer.nyash, bool.nyash). */
#include <math.h>

#include "class.h"
#include "number.h"
#include "program.h"

/* The one of two numbers that comes first (or last); both as given. `what` is for the error. */
static ny_word pick(ny_word left, ny_word right, bool greatest, const char *what) {
    ny_number a, b;
    ny_word wrong = ny_number_of(left, &a) ? right : left;
    if (!ny_number_of(left, &a) || !ny_number_of(right, &b))
        return ny_check_failed(wrong, "Number", what);
    int order = ny_number_compare(a, b);
    if (order == 2) return ny_from_float(NAN);
    return ny_retain((order > 0) == greatest ? left : right);
}

static ny_word clamp(ny_word value, ny_word low, ny_word high) {
    static const char what[] = "argument of clamp()";
    ny_number bottom, top;
    if (ny_number_of(low, &bottom) && ny_number_of(high, &top) &&
        ny_number_compare(bottom, top) == 1)
        return ny_throw_error("ArgumentError", "the low end of clamp() is above the high one");
    ny_word raised = pick(value, low, true, what);
    if (raised == NY_ERROR) return NY_ERROR;
    ny_word result = pick(raised, high, false, what);
    ny_release(raised);
    return result;
}

static const char least_of[] = "argument of min()", most_of[] = "argument of max()";

ny_word ny_math_min(ny_word left, ny_word right) { return pick(left, right, false, least_of); }

ny_word ny_math_max(ny_word left, ny_word right) { return pick(left, right, true, most_of); }

ny_word ny_math_clamp(ny_word value, ny_word low, ny_word high) { return clamp(value, low, high); }

/* The same for a number that is no word yet; `owned_me` may have failed. */
static ny_word pick_for(ny_word owned_me, ny_word other, bool greatest) {
    if (owned_me == NY_ERROR) return NY_ERROR;
    ny_word result = pick(owned_me, other, greatest, greatest ? most_of : least_of);
    ny_release(owned_me);
    return result;
}

static ny_word clamp_for(ny_word owned_me, ny_word low, ny_word high) {
    if (owned_me == NY_ERROR) return NY_ERROR;
    ny_word result = clamp(owned_me, low, high);
    ny_release(owned_me);
    return result;
}

ny_word ny_integer_min(int64_t me, ny_word other) {
    return pick_for(ny_from_integer(me), other, false);
}

ny_word ny_integer_max(int64_t me, ny_word other) {
    return pick_for(ny_from_integer(me), other, true);
}

ny_word ny_integer_clamp(int64_t me, ny_word low, ny_word high) {
    return clamp_for(ny_from_integer(me), low, high);
}

ny_word ny_float_min(double me, ny_word other) { return pick_for(ny_from_float(me), other, false); }

ny_word ny_float_max(double me, ny_word other) { return pick_for(ny_from_float(me), other, true); }

ny_word ny_float_clamp(double me, ny_word low, ny_word high) {
    return clamp_for(ny_from_float(me), low, high);
}

ny_word ny_integer_abs(int64_t me) {
    if (me == INT64_MIN) return ny_int_overflow();
    return ny_from_integer(me < 0 ? -me : me);
}

/* Integer power by squaring; the exponent is not negative. */
static ny_word integer_power(int64_t base, int64_t exponent) {
    int64_t result = 1;
    while (exponent > 0) {
        if (exponent & 1 && __builtin_mul_overflow(result, base, &result))
            return ny_int_overflow();
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) return ny_int_overflow();
    }
    return ny_from_integer(result);
}

ny_word ny_math_pow(ny_word base, ny_word exponent) {
    ny_number a, b;
    if (!ny_number_of(base, &a)) return ny_check_failed(base, "Number", "base of pow()");
    if (!ny_number_of(exponent, &b))
        return ny_check_failed(exponent, "Number", "exponent of pow()");
    if (!a.is_float && !b.is_float && b.integer >= 0) return integer_power(a.integer, b.integer);
    return ny_from_float(pow(a.real, b.real));
}

ny_word ny_integer_pow(int64_t me, ny_word exponent) {
    ny_word base = ny_from_integer(me);
    if (base == NY_ERROR) return NY_ERROR;
    ny_word result = ny_math_pow(base, exponent);
    ny_release(base);
    return result;
}

double ny_integer_to_float(int64_t me) { return (double)me; }

int64_t ny_integer_same(int64_t me) { return me; }

ny_word ny_integer_to_string_radix(int64_t me, int64_t radix) {
    char digits[66];
    char *place = digits + sizeof digits;
    if (radix < 2 || radix > 36)
        return ny_throw_error("ArgumentError", "no radix %lld: only 2 to 36", (long long)radix);
    uint64_t rest = me < 0 ? 0 - (uint64_t)me : (uint64_t)me;
    do *--place = "0123456789abcdefghijklmnopqrstuvwxyz"[rest % (uint64_t)radix];
    while (rest /= (uint64_t)radix);
    if (me < 0) *--place = '-';
    return ny_string_new(place, (size_t)(digits + sizeof digits - place));
}

ny_word ny_integer_to_hex(int64_t me) { return ny_integer_to_string_radix(me, 16); }

int64_t ny_integer_wrapping_add(int64_t me, int64_t other) {
    return (int64_t)((uint64_t)me + (uint64_t)other);
}

int64_t ny_integer_wrapping_sub(int64_t me, int64_t other) {
    return (int64_t)((uint64_t)me - (uint64_t)other);
}

int64_t ny_integer_wrapping_mul(int64_t me, int64_t other) {
    return (int64_t)((uint64_t)me * (uint64_t)other);
}

double ny_integer_sqrt(int64_t me) { return sqrt((double)me); }

double ny_integer_sin(int64_t me) { return sin((double)me); }

double ny_integer_cos(int64_t me) { return cos((double)me); }

double ny_integer_tan(int64_t me) { return tan((double)me); }

double ny_integer_log(int64_t me) { return log((double)me); }

double ny_integer_log10(int64_t me) { return log10((double)me); }

double ny_integer_exp(int64_t me) { return exp((double)me); }

bool ny_integer_no(int64_t me) {
    (void)me;
    return false;
}

bool ny_integer_yes(int64_t me) {
    (void)me;
    return true;
}

bool ny_bool_not(bool me) { return !me; }

bool ny_bool_and(bool me, ny_word other) { return me && ny_truth(other); }

bool ny_bool_or(bool me, ny_word other) { return me || ny_truth(other); }

bool ny_bool_xor(bool me, ny_word other) { return me != ny_truth(other); }
