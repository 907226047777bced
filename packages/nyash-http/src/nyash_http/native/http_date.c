/* http_date.c: calendar arithmetic and the cached Date; see http_date.h. */
#include "http_date.h"

#include <string.h>

#define DAY_SECONDS 86400
#define LAST_SECOND INT64_C(253402300799)   /* 9999-12-31T23:59:59Z */
#define FIRST_SECOND INT64_C(-62167219200)  /* 0000-01-01T00:00:00Z */

static void two_digits(char *out, int value) {
    out[0] = (char)('0' + value / 10);
    out[1] = (char)('0' + value % 10);
}

void ny_http_date_write(char *out, int64_t seconds) {
    static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 was a Thursday */
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (seconds > LAST_SECOND) seconds = LAST_SECOND;
    if (seconds < FIRST_SECOND) seconds = FIRST_SECOND;
    int64_t day = seconds / DAY_SECONDS;
    int rest = (int)(seconds % DAY_SECONDS);
    if (rest < 0) rest += DAY_SECONDS, day--;

    /* Days to a date, counting years from March so that the leap day comes last, in eras of 400
       years (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days). */
    int64_t shifted = day + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int in_era = (int)(shifted - era * 146097);
    int year_in_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int in_year = in_era - (365 * year_in_era + year_in_era / 4 - year_in_era / 100);
    int march_month = (5 * in_year + 2) / 153;
    int month_day = in_year - (153 * march_month + 2) / 5 + 1;
    int month = march_month < 10 ? march_month + 3 : march_month - 9;
    int year = (int)(year_in_era + era * 400) + (month <= 2);

    int weekday = (int)(((day % 7) + 7) % 7);
    memcpy(out, days + 3 * weekday, 3);
    memcpy(out + 3, ", ", 2);
    two_digits(out + 5, month_day);
    out[7] = ' ';
    memcpy(out + 8, months + 3 * (month - 1), 3);
    out[11] = ' ';
    two_digits(out + 12, year / 100);
    two_digits(out + 14, year % 100);
    out[16] = ' ';
    two_digits(out + 17, rest / 3600);
    out[19] = ':';
    two_digits(out + 20, rest / 60 % 60);
    out[22] = ':';
    two_digits(out + 23, rest % 60);
    memcpy(out + 25, " GMT", 4);
}

const char *ny_http_date_cached(int64_t wall_ms) {
    static char text[NY_HTTP_DATE_LENGTH];
    static int64_t second = INT64_MIN;
    int64_t now = wall_ms / 1000;
    if (now != second) {
        ny_http_date_write(text, now);
        second = now;
    }
    return text;
}
