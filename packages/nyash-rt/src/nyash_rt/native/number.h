/* number.h: Integers and Floats, raw and as words. Natives of integer.nyash, float.nyash and
   math.nyash; they take `me` raw. */
#ifndef NYASH_NUMBER_H
#define NYASH_NUMBER_H

#include "include/nyash.h"

/* Of a word that holds a Float itself: ny_from_float's inverse. */
static inline double ny_tagged_float(ny_word word) {
    uint64_t bits = (word >> 4) | (word << 60);
    double value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

/* An Integer beyond 62 bits, and a Float outside the self-tagged range: immutable Boxes. */
typedef struct ny_wide_integer {
    ny_box box;
    int64_t value;
} ny_wide_integer;

typedef struct ny_boxed_float {
    ny_box box;
    double value;
} ny_boxed_float;

/* An operand of arithmetic. Bools count as 0 and 1. */
typedef struct ny_number {
    bool is_float;
    int64_t integer;
    double real; /* also set for Integers */
} ny_number;

bool ny_number_of(ny_word value, ny_number *number);
/* -1, 0, 1, or 2 when one is NaN; exact also between Integer and Float. */
int ny_number_compare(ny_number left, ny_number right);
/* The Integer nearest to a whole Float; OverflowError beyond 64 bits. */
ny_word ny_number_whole(double value);
void ny_number_start(void);

ny_word ny_integer_abs(int64_t me);
ny_word ny_integer_min(int64_t me, ny_word other);
ny_word ny_integer_max(int64_t me, ny_word other);
ny_word ny_integer_clamp(int64_t me, ny_word low, ny_word high);
ny_word ny_integer_pow(int64_t me, ny_word exponent);
double ny_integer_to_float(int64_t me);
int64_t ny_integer_same(int64_t me);
ny_word ny_integer_to_hex(int64_t me);
ny_word ny_float_to_string_radix(double me, int64_t radix); /* float_radix.c */
ny_word ny_float_to_hex(double me);
ny_word ny_integer_to_string_radix(int64_t me, int64_t radix);
int64_t ny_integer_wrapping_add(int64_t me, int64_t other);
int64_t ny_integer_wrapping_sub(int64_t me, int64_t other);
int64_t ny_integer_wrapping_mul(int64_t me, int64_t other);
double ny_integer_sqrt(int64_t me);
double ny_integer_sin(int64_t me);
double ny_integer_cos(int64_t me);
double ny_integer_tan(int64_t me);
double ny_integer_log(int64_t me);
double ny_integer_log10(int64_t me);
double ny_integer_exp(int64_t me);
bool ny_integer_no(int64_t me);
bool ny_integer_yes(int64_t me);

double ny_float_abs(double me);
ny_word ny_float_min(double me, ny_word other);
ny_word ny_float_max(double me, ny_word other);
ny_word ny_float_clamp(double me, ny_word low, ny_word high);
double ny_float_pow(double me, double exponent);
double ny_float_same(double me);
ny_word ny_float_to_integer(double me);
ny_word ny_float_floor(double me);
ny_word ny_float_ceil(double me);
ny_word ny_float_round(double me);
double ny_float_sqrt(double me);
double ny_float_sin(double me);
double ny_float_cos(double me);
double ny_float_tan(double me);
double ny_float_asin(double me);
double ny_float_acos(double me);
double ny_float_atan(double me);
double ny_float_atan2(double y, double x);
double ny_float_log(double me);
double ny_float_log10(double me);
double ny_float_log2(double me);
double ny_float_exp(double me);
bool ny_float_is_nan(double me);
bool ny_float_is_infinite(double me);
bool ny_float_is_finite(double me);

bool ny_bool_not(bool me);
bool ny_bool_and(bool me, ny_word other);
bool ny_bool_or(bool me, ny_word other);
bool ny_bool_xor(bool me, ny_word other);

ny_word ny_math_abs(ny_word value);
ny_word ny_math_min(ny_word left, ny_word right);
ny_word ny_math_max(ny_word left, ny_word right);
ny_word ny_math_pow(ny_word base, ny_word exponent);
ny_word ny_math_floor(ny_word value);
ny_word ny_math_ceil(ny_word value);
ny_word ny_math_round(ny_word value);
ny_word ny_math_clamp(ny_word value, ny_word low, ny_word high);
double ny_math_random(void);

#endif
