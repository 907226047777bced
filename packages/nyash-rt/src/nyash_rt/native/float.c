/* FloatBox and Math (float.nyash, math.nyash). */
#include <math.h>
#include <sys/random.h>
#include <time.h>

#include "class.h"
#include "number.h"

double ny_float_abs(double me) { return fabs(me); }

double ny_float_pow(double me, double exponent) { return pow(me, exponent); }

double ny_float_same(double me) { return me; }

ny_word ny_float_to_integer(double me) { return ny_number_whole(trunc(me)); }

ny_word ny_float_floor(double me) { return ny_number_whole(floor(me)); }

ny_word ny_float_ceil(double me) { return ny_number_whole(ceil(me)); }

ny_word ny_float_round(double me) { return ny_number_whole(round(me)); }

double ny_float_sqrt(double me) { return sqrt(me); }

double ny_float_sin(double me) { return sin(me); }

double ny_float_cos(double me) { return cos(me); }

double ny_float_tan(double me) { return tan(me); }

double ny_float_asin(double me) { return asin(me); }

double ny_float_acos(double me) { return acos(me); }

double ny_float_atan(double me) { return atan(me); }

double ny_float_atan2(double y, double x) { return atan2(y, x); }

double ny_float_log(double me) { return log(me); }

double ny_float_log10(double me) { return log10(me); }

double ny_float_log2(double me) { return log2(me); }

double ny_float_exp(double me) { return exp(me); }

bool ny_float_is_nan(double me) { return isnan(me); }

bool ny_float_is_infinite(double me) { return isinf(me); }

bool ny_float_is_finite(double me) { return isfinite(me); }

/* ---- Math: what gives an Integer for an Integer ---------------------------------------------- */

static ny_word rounded(ny_word value, double (*round_it)(double), const char *what) {
    ny_number number;
    if (!ny_number_of(value, &number)) return ny_check_failed(value, "Number", what);
    if (!number.is_float) return ny_from_integer(number.integer);
    return ny_number_whole(round_it(number.real));
}

ny_word ny_math_floor(ny_word value) { return rounded(value, floor, "argument of floor()"); }

ny_word ny_math_ceil(ny_word value) { return rounded(value, ceil, "argument of ceil()"); }

ny_word ny_math_round(ny_word value) { return rounded(value, round, "argument of round()"); }

ny_word ny_math_abs(ny_word value) {
    ny_number number;
    if (!ny_number_of(value, &number)) return ny_check_failed(value, "Number", "argument of abs()");
    return number.is_float ? ny_from_float(fabs(number.real)) : ny_integer_abs(number.integer);
}

/* splitmix64 (Steele, Lea, Flood, 2014), for Math.random(). Not for secrets. */
double ny_math_random(void) {
    static uint64_t state;
    if (state == 0 && getrandom(&state, sizeof state, GRND_NONBLOCK) != (ssize_t)sizeof state) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        state = (uint64_t)now.tv_nsec << 20 ^ (uint64_t)now.tv_sec;
    }
    uint64_t mixed = state += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    mixed ^= mixed >> 31;
    return (double)(mixed >> 11) * 0x1.0p-53;
}
