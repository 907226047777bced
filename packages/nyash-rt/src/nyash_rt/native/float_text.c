/* Floats as decimal text (language.md section 5). Used by to_string.c, string.nyash, JSON. */
#include "float_text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_INTEGERS 9007199254740992.0 /* 2^53 */

/* Digits and decimal exponent of the shortest form that reads back equal. A decimal of up to 15
   digits survives a double, so 15 rounded ones without their zeros are the shortest if they read
   back; 17 always do. Subnormals have fewer digits to keep, so they try from one digit on. */
static int shortest_digits(double value, char digits[24], int *exponent) {
    char text[40];
    for (int precision = value < DBL_MIN ? 0 : 14; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, value);
        if (precision == 16 || strtod(text, NULL) == value) break;
    }
    char *mark = strchr(text, 'e');
    *exponent = atoi(mark + 1);
    int count = 0;
    for (const char *at = text; at < mark; at++)
        if (*at != '.') digits[count++] = *at;
    while (count > 1 && digits[count - 1] == '0') count--;
    return count;
}

static size_t write_text(char *place, const char *text) {
    size_t length = strlen(text);
    memcpy(place, text, length);
    return length;
}

size_t ny_float_text_write(double value, char *place) {
    if (isnan(value)) return write_text(place, "nan");
    char *start = place;
    if (signbit(value)) {
        *place++ = '-';
        value = -value;
    }
    if (isinf(value)) return (size_t)(place - start) + write_text(place, "inf");
    if (value < EXACT_INTEGERS && value == floor(value)) {
        char reversed[24];
        int count = 0;
        uint64_t rest = (uint64_t)value;
        do reversed[count++] = (char)('0' + rest % 10);
        while (rest /= 10);
        while (count > 0) *place++ = reversed[--count];
        return (size_t)(place - start);
    }
    char digits[24];
    int exponent, count = shortest_digits(value, digits, &exponent);
    if (exponent < 0) {
        place += write_text(place, "0.");
        for (int i = -1; i > exponent; i--) *place++ = '0';
        memcpy(place, digits, (size_t)count);
        place += count;
    } else {
        for (int i = 0; i < count || i <= exponent; i++) {
            if (i == exponent + 1) *place++ = '.';
            *place++ = i < count ? digits[i] : '0';
        }
    }
    return (size_t)(place - start);
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The grammar checked by hand, because strtod takes more (hexadecimal, "infinity", blanks). */
static bool is_decimal(const char *at, const char *end) {
    if (at < end && (*at == '+' || *at == '-')) at++;
    if (end - at == 3 && (memcmp(at, "inf", 3) == 0 || memcmp(at, "nan", 3) == 0)) return true;
    const char *first = at;
    while (at < end && is_digit(*at)) at++;
    ptrdiff_t digits = at - first;
    if (at < end && *at == '.') {
        first = ++at;
        while (at < end && is_digit(*at)) at++;
        digits += at - first;
    }
    if (digits == 0) return false;
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        first = at;
        while (at < end && is_digit(*at)) at++;
        if (at == first) return false;
    }
    return at == end;
}

bool ny_float_text_read(const char *bytes, size_t count, double *value) {
    char small[64];
    if (!is_decimal(bytes, bytes + count)) return false;
    char *text = count < sizeof small ? small : ny_memory_get(count + 1);
    if (text == NULL) return false;
    memcpy(text, bytes, count);
    text[count] = 0;
    *value = strtod(text, NULL);
    if (text != small) ny_memory_free(text, count + 1);
    return true;
}
