#include <math.h>

#include "host.h"
#include "number.h"

static ny_word I(int64_t i) { return ny_box_integer(i); }
static ny_word F(double d) { return ny_box_float(d); }

/* op(a, b), releasing both. */
static ny_word with(ny_word (*op)(ny_word, ny_word), ny_word a, ny_word b) {
    ny_word result = op(a, b);
    ny_release(a);
    ny_release(b);
    return result;
}

static int32_t compare(int32_t (*op)(ny_word, ny_word), ny_word a, ny_word b) {
    int32_t result = op(a, b);
    ny_release(a);
    ny_release(b);
    return result;
}

static void words_hold_every_value(void) {
    static const int64_t integers[] = {0, 1, -1, NY_SMALL_MAX, NY_SMALL_MAX + 1, NY_SMALL_MIN,
                                       NY_SMALL_MIN - 1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        ny_word word = I(integers[i]);
        CHECK(ny_is_integer(word) && !ny_is_float(word) && ny_unbox_integer(word) == integers[i]);
        CHECK(ny_class_id_of(word) == NY_CLASS_INTEGER);
        ny_release(word);
    }
    static const double floats[] = {0.0, -0.0, 1.0, -1.5, 0.1, 1e300, -1e-300, 5e-324, INFINITY,
                                    -INFINITY, 1e77, 1e-77, 1.7976931348623157e308};
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
        ny_word word = F(floats[i]);
        double back = ny_unbox_float(word);
        CHECK(ny_is_float(word) && !ny_is_integer(word) && memcmp(&back, &floats[i], 8) == 0);
        CHECK(ny_class_id_of(word) == NY_CLASS_FLOAT);
        CHECK(ny_truth(word) == (floats[i] != 0));
        ny_release(word);
    }
    ny_word nan = F(NAN);
    CHECK(isnan(ny_unbox_float(nan)) && ny_compare_eq(nan, nan) == 0);
    ny_release(nan);
}

static void integers_are_checked(void) {
    CHECK_TEXT(with(ny_add, I(2), I(40)), "42");
    CHECK_TEXT(with(ny_add, I(NY_SMALL_MAX), I(1)), "2305843009213693952");
    CHECK_TEXT(with(ny_sub, I(NY_SMALL_MIN), I(1)), "-2305843009213693953");
    CHECK_TEXT(with(ny_mul, I(INT64_C(3037000499)), I(3037000499)), "9223372030926249001");
    CHECK_TEXT(with(ny_mul, I(-5), I(7)), "-35");
    CHECK_TEXT(with(ny_mul, I(-5), I(-7)), "35");
    CHECK_THROWS(with(ny_add, I(INT64_MAX), I(1)), "OverflowError", "64-bit");
    CHECK_THROWS(with(ny_mul, I(INT64_MIN), I(-1)), "OverflowError", "64-bit");
    CHECK_THROWS(with(ny_div, I(INT64_MIN), I(-1)), "OverflowError", "");
    CHECK_TEXT(with(ny_div, I(-7), I(2)), "-3");
    CHECK_TEXT(with(ny_mod, I(-7), I(2)), "-1");
    CHECK_TEXT(with(ny_mod, I(INT64_MIN), I(-1)), "0");
    CHECK_TEXT(with(ny_div, I(NY_SMALL_MIN), I(-1)), "2305843009213693952");
    CHECK_THROWS(with(ny_div, I(1), I(0)), "DivisionByZeroError", "");
    CHECK_THROWS(with(ny_mod, I(1), I(0)), "DivisionByZeroError", "");
    CHECK_TEXT(ny_neg(I(5)), "-5");
    CHECK_TEXT(ny_neg(I(NY_SMALL_MIN)), "2305843009213693952");
    CHECK_TEXT(ny_neg(I(-5)), "5");
    CHECK_TEXT(ny_neg(F(0.0)), "-0");
    ny_word least = I(INT64_MIN);
    CHECK_THROWS(ny_neg(least), "OverflowError", "");
    CHECK_TEXT(ny_not(least), "9223372036854775807");
    ny_release(least);
    CHECK_TEXT(ny_not(I(5)), "-6");
    CHECK_TEXT(with(ny_and, I(12), I(10)), "8");
    CHECK_TEXT(with(ny_or, I(12), I(-10)), "-2");
    CHECK_TEXT(with(ny_xor, I(12), I(-10)), "-6");
    CHECK_TEXT(with(ny_shl, I(1), I(63)), "-9223372036854775808");
    CHECK_TEXT(with(ny_shr, I(-8), I(1)), "-4");
    CHECK_THROWS(with(ny_shl, I(1), I(64)), "ArgumentError", "64");
    CHECK_THROWS(with(ny_shr, I(1), I(-1)), "ArgumentError", "-1");
}

static void kinds_mix_as_the_language_says(void) {
    CHECK_TEXT(with(ny_add, I(1), F(0.5)), "1.5");
    CHECK_TEXT(with(ny_div, I(1), F(2)), "0.5");
    CHECK_TEXT(with(ny_div, F(1), I(0)), "inf");
    CHECK_TEXT(with(ny_mod, F(-7.5), I(2)), "-1.5");
    CHECK_TEXT(with(ny_add, NY_TRUE, NY_TRUE), "2");
    CHECK_TEXT(with(ny_add, text("a"), NY_NULL), "anull");
    CHECK_TEXT(with(ny_add, I(1), text("a")), "1a");
    CHECK_TEXT(with(ny_add, F(3), text("")), "3");
    CHECK_TEXT(with(ny_mul, text("ab"), I(3)), "ababab");
    CHECK_THROWS(with(ny_sub, text("a"), I(1)), "TypeError", "cannot subtract Integer from String");
    CHECK_THROWS(with(ny_sub, I(1), text("a")), "TypeError", "cannot subtract String from Integer");
    CHECK_THROWS(with(ny_add, NY_NULL, I(1)), "TypeError", "cannot add Null and Integer");
    CHECK_THROWS(with(ny_mul, text("ab"), I(-1)), "ArgumentError", "-1");
    CHECK_THROWS(with(ny_and, F(1), I(1)), "TypeError", "Float");
    CHECK_THROWS(with(ny_div, host_new(HOST_POINT), I(1)), "TypeError", "divide Point by Integer");
    CHECK_THROWS(ny_neg(NY_NULL), "TypeError", "negate Null");
}

static void comparison_is_exact(void) {
    CHECK(compare(ny_compare_eq, I(1), F(1)) == 1);
    CHECK(compare(ny_compare_eq, NY_TRUE, I(1)) == 0);
    CHECK(compare(ny_compare_eq, I(INT64_MAX), F(9223372036854775808.0)) == 0);
    CHECK(compare(ny_compare_lt, I(INT64_MAX), F(9223372036854775808.0)) == 1);
    CHECK(compare(ny_compare_lt, F(-9223372036854775808.0), I(INT64_MIN)) == 0);
    CHECK(compare(ny_compare_le, F(-9223372036854775808.0), I(INT64_MIN)) == 1);
    CHECK(compare(ny_compare_eq, I(9007199254740993), F(9007199254740992.0)) == 0);
    CHECK(compare(ny_compare_lt, I(-3), F(-2.5)) == 1);
    CHECK(compare(ny_compare_lt, F(NAN), I(1)) == 0 && compare(ny_compare_le, I(1), F(NAN)) == 0);
    CHECK(compare(ny_compare_lt, text("abc"), text("abd")) == 1);
    CHECK(compare(ny_compare_lt, text("ab"), text("abc")) == 1);
    CHECK(compare(ny_compare_eq, text("ä"), text("ä")) == 1);
    CHECK(compare(ny_compare_eq, text("1"), I(1)) == 0);
    CHECK(compare(ny_compare_lt, text("1"), I(1)) == -1);
    CHECK_THROWS(NY_ERROR, "TypeError", "cannot compare String with Integer");
    CHECK(compare(ny_compare_lt, NY_TRUE, I(1)) == -1);
    CHECK_THROWS(NY_ERROR, "TypeError", "Bool");
    ny_word a = host_new(HOST_POINT), b = host_new(HOST_POINT);
    CHECK(ny_compare_eq(a, a) == 1 && ny_compare_eq(a, b) == 0 && ny_compare_eq(a, NY_NULL) == 0);
    ny_release(a);
    ny_release(b);
    CHECK(ny_truth(NY_TRUE) && !ny_truth(NY_FALSE) && !ny_truth(NY_NULL) && !ny_truth(I(0)));
    CHECK(ny_truth(I(-1)));
}

static void numbers_have_methods(void) {
    CHECK_TEXT(ny_integer_pow(3, I(4)), "81");
    CHECK_TEXT(ny_integer_pow(2, I(-1)), "0.5");
    CHECK_TEXT(ny_integer_pow(-2, I(63)), "-9223372036854775808");
    CHECK_THROWS(ny_integer_pow(2, I(63)), "OverflowError", "");
    CHECK_TEXT(ny_integer_pow(1, I(INT64_C(1) << 60)), "1");
    CHECK_THROWS(ny_integer_abs(INT64_MIN), "OverflowError", "");
    CHECK_TEXT(ny_integer_to_hex(-255), "-ff");
    CHECK_TEXT(ny_integer_to_string_radix(INT64_MIN, 2),
               "-1000000000000000000000000000000000000000000000000000000000000000");
    CHECK_THROWS(ny_integer_to_string_radix(1, 37), "ArgumentError", "37");
    CHECK_TEXT(ny_float_round(2.5), "3");
    CHECK_TEXT(ny_float_round(-2.5), "-3");
    CHECK_TEXT(ny_float_floor(-0.5), "-1");
    CHECK_THROWS(ny_float_round(1e30), "OverflowError", "");
    CHECK_THROWS(ny_float_to_integer(NAN), "ArgumentError", "nan");
    CHECK_TEXT(ny_integer_clamp(7, I(0), I(5)), "5");
    CHECK_TEXT(ny_math_max(I(2), NY_TRUE), "2");
    CHECK_THROWS(ny_math_max(I(2), NY_NULL), "TypeError", "got Null");
    for (int i = 0; i < 1000; i++) {
        double random = ny_math_random();
        CHECK(random >= 0 && random < 1);
    }
}

void run_tests(void) {
    words_hold_every_value();
    integers_are_checked();
    kinds_mix_as_the_language_says();
    comparison_is_exact();
    numbers_have_methods();
}
