#include <math.h>

#include "float_text.h"
#include "host.h"

static void writes(double value, const char *expected) {
    char place[NY_FLOAT_TEXT_ROOM];
    size_t length = ny_float_text_write(value, place);
    if (length != strlen(expected) || memcmp(place, expected, length) != 0) {
        fprintf(stderr, "%.17g: %.*s instead of %s\n", value, (int)length, place, expected);
        host_failures++;
    }
}

static bool reads(const char *bytes, double *value) {
    return ny_float_text_read(bytes, strlen(bytes), value);
}

void run_tests(void) {
    writes(3.0, "3");
    writes(0.1, "0.1");
    writes(0.1 + 0.2, "0.30000000000000004");
    writes(-0.0, "-0");
    writes(1e21, "1000000000000000000000");
    writes(9007199254740993.0, "9007199254740992");
    writes(123456789.125, "123456789.125");
    writes(1e-7, "0.0000001");
    writes(1.5e-10, "0.00000000015");
    writes(INFINITY, "inf");
    writes(-INFINITY, "-inf");
    writes(NAN, "nan");
    writes(2.5e17, "250000000000000000");
    double value;
    CHECK(reads("1e3", &value) && value == 1000);
    CHECK(reads("-.5", &value) && value == -0.5);
    CHECK(reads("5.", &value) && value == 5);
    CHECK(reads("+inf", &value) && isinf(value));
    CHECK(!reads("", &value) && !reads(".", &value) && !reads("0x10", &value));
    CHECK(!reads("1e", &value) && !reads("1 ", &value) && !reads("infinity", &value));
    /* Every written Float reads back as itself, without an exponent. */
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < HOST_MANY / 5; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double original, back;
        memcpy(&original, &state, 8);
        if (isnan(original)) continue;
        char place[NY_FLOAT_TEXT_ROOM];
        size_t length = ny_float_text_write(original, place);
        CHECK(length < sizeof place && memchr(place, 'e', length) == NULL);
        CHECK(ny_float_text_read(place, length, &back) && memcmp(&back, &original, 8) == 0);
    }
    writes(5e-324, "0.000000000000000000000000000000000000000000000000000000000000000000000000000"
                   "00000000000000000000000000000000000000000000000000000000000000000000000000000"
                   "00000000000000000000000000000000000000000000000000000000000000000000000000000"
                   "00000000000000000000000000000000000000000000000000000000000000000000000000000"
                   "000000000000000005");
}
