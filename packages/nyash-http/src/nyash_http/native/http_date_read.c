/* http_date_read.c: dates in their three forms (RFC 9110 section 5.6.7); see http_date.h. */
#include <string.h>

#include "http_date.h"
#include "http_scan.h"

#define DAY_SECONDS INT64_C(86400)

/* What is left to read; `failed` once something else stood there. */
typedef struct reading {
    const char *at, *end;
    bool failed;
} reading;

static void expect(reading *text, const char *wanted) {
    size_t length = strlen(wanted);
    if ((size_t)(text->end - text->at) < length || memcmp(text->at, wanted, length) != 0)
        text->failed = true;
    else
        text->at += length;
}

static int number(reading *text, int digits) {
    int value = 0;
    for (; digits > 0; digits--) {
        if (text->at == text->end || !ny_http_is_digit(*text->at)) {
            text->failed = true;
            return 0;
        }
        value = value * 10 + (*text->at++ - '0');
    }
    return value;
}

/* The place of three letters in `names`, which stand behind each other. */
static int three_letters(reading *text, const char *names) {
    if (text->end - text->at >= 3)
        for (int i = 0; names[3 * i]; i++)
            if (memcmp(text->at, names + 3 * i, 3) == 0) return text->at += 3, i;
    text->failed = true;
    return 0;
}

static int month(reading *text) {
    return three_letters(text, "JanFebMarAprMayJunJulAugSepOctNovDec") + 1;
}

/* Days since 1970 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
   days_from_civil). */
static int64_t days(int year, int month, int day) {
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400;
    int in_era = year - era * 400;
    int in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return (int64_t)era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static bool valid_day(int year, int month, int day) {
    static const uint8_t lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (day < 1 || day > lengths[month - 1]) return false;
    return month != 2 || day < 29 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

bool ny_http_date_read(const char *given, size_t length, int64_t now, int64_t *seconds) {
    reading text = {given, given + length, false};
    const char *comma = memchr(given, ',', length);
    int year = 0, month_number, day, clock[3];
    bool asctime = comma == NULL, short_year = comma != NULL && comma - given > 3;
    if (!short_year) {
        three_letters(&text, "SunMonTueWedThuFriSat");
    } else {
        static const char *const names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                            "Thursday", "Friday", "Saturday"};
        text.failed = true;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (strlen(names[i]) == (size_t)(comma - given) &&
                memcmp(given, names[i], (size_t)(comma - given)) == 0)
                text.failed = false;
        text.at = comma;
    }
    if (asctime) {
        expect(&text, " ");
        month_number = month(&text);
        expect(&text, " ");
        bool padded = text.at < text.end && *text.at == ' ';
        if (padded) text.at++;
        day = number(&text, padded ? 1 : 2);
    } else {
        const char *between = short_year ? "-" : " ";
        expect(&text, ", ");
        day = number(&text, 2);
        expect(&text, between);
        month_number = month(&text);
        expect(&text, between);
        year = number(&text, short_year ? 2 : 4);
    }
    for (int i = 0; i < 3; i++) {
        expect(&text, i == 0 ? " " : ":");
        clock[i] = number(&text, 2);
    }
    expect(&text, " ");
    if (asctime)
        year = number(&text, 4);
    else
        expect(&text, "GMT");
    if (text.failed || text.at != text.end) return false;
    if (short_year) {
        int this_year = 1970 + (int)(now / (DAY_SECONDS * 146097 / 400));
        year += this_year / 100 * 100;
        if (year > this_year + 50) year -= 100;
    }
    /* 60: a leap second, which counts as the first second after it. */
    if (!valid_day(year, month_number, day) || clock[0] > 23 || clock[1] > 59 || clock[2] > 60)
        return false;
    *seconds = days(year, month_number, day) * DAY_SECONDS + clock[0] * 3600 + clock[1] * 60 +
               clock[2];
    return true;
}
