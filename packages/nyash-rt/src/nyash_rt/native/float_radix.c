/* Floats in other bases than ten. */
#include <math.h>
#include <string.h>

#include "number.h"
#include "text.h"

#define WHOLE_DIGITS 1025    /* of the largest Float in base 2 */
#define FRACTION_DIGITS 1100 /* of the smallest one */

static const char DIGITS[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* Digits of a whole number, right-aligned before `end`; their first. Division is exact in bases that
   are powers of two; in others digits beyond 53 bits are not significant anyway. */
static char *write_whole(double whole, double radix, char *end) {
    do {
        double rest = fmod(whole, radix);
        *--end = DIGITS[(int)rest];
        whole = (whole - rest) / radix;
    } while (whole >= 1);
    return end;
}

/* As few digits of a fraction as tell it from its neighbours: the free-format algorithm of Steele
   and White ("How to Print Floating-Point Numbers Accurately", 1990), in the Float's own precision.
   `carry`: rounding up has gone through all of them. */
static size_t write_fraction(double fraction, double spacing, double radix, char *digits, bool *carry) {
    size_t count = 0;
    *carry = false;
    while (fraction >= spacing && count < FRACTION_DIGITS) {
        fraction *= radix;
        spacing *= radix;
        int digit = (int)fraction;
        fraction -= digit;
        digits[count++] = DIGITS[digit];
        bool nearer_above = fraction > 0.5 || (fraction == 0.5 && digit % 2 == 1);
        if (!nearer_above || fraction + spacing <= 1) continue;
        while (count > 0 && digits[count - 1] == DIGITS[(int)radix - 1]) count--;
        if (count == 0)
            *carry = true;
        else
            digits[count - 1] = DIGITS[strchr(DIGITS, digits[count - 1]) - DIGITS + 1];
        break;
    }
    while (count > 0 && digits[count - 1] == '0') count--;
    return count;
}

ny_word ny_float_to_string_radix(double me, int64_t radix) {
    if (radix < 2 || radix > 36)
        return ny_throw_error("ArgumentError", "no radix %lld: only 2 to 36", (long long)radix);
    ny_text text = {0};
    if (radix == 10 || !isfinite(me)) {
        ny_text_float(&text, me);
        return ny_text_finish(&text);
    }
    char whole[WHOLE_DIGITS], fraction[FRACTION_DIGITS];
    double size = fabs(me), base = floor(size);
    bool carry;
    double spacing = 0.5 * (nextafter(size, INFINITY) - size);
    size_t count = write_fraction(size - base, spacing, (double)radix, fraction, &carry);
    char *first = write_whole(base + carry, (double)radix, whole + sizeof whole);
    if (signbit(me)) ny_text_byte(&text, '-');
    ny_text_append(&text, first, (size_t)(whole + sizeof whole - first));
    if (count > 0) ny_text_byte(&text, '.');
    ny_text_append(&text, fraction, count);
    return ny_text_finish(&text);
}

ny_word ny_float_to_hex(double me) { return ny_float_to_string_radix(me, 16); }
