/* http_scan.c: byte classes and scanning for the HTTP parser; see http_scan.h. */
#include "http_scan.h"

#include <string.h>

const uint8_t ny_http_classes[256] = {
    /* 00 */  0,  0,  0,  0,  0,  0,  0,  0,  0,  4,  0,  0,  0,  0,  0,  0,
    /* 10 */  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
    /* 20 */  4, 23,  6,  5, 23, 23, 23, 23, 22, 22, 23, 23, 22, 23, 23,  6,
    /* 30 */ 31, 31, 31, 31, 31, 31, 31, 31, 31, 31,  6, 22,  6, 22,  6,  6,
    /* 40 */  6, 31, 31, 31, 31, 31, 31, 23, 23, 23, 23, 23, 23, 23, 23, 23,
    /* 50 */ 23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23,  6,  6,  6,  7, 23,
    /* 60 */  7, 31, 31, 31, 31, 31, 31, 23, 23, 23, 23, 23, 23, 23, 23, 23,
    /* 70 */ 23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23,  6,  7,  6, 23,  0,
    /* 80 */  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    /* 90 */  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    /* a0 */  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    /* b0 */  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    /* c0 */  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    /* d0 */  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    /* e0 */  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
    /* f0 */  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,
};

const char *ny_http_skip(const char *from, const char *end, unsigned classes) {
    while (from < end && ny_http_is(*from, classes)) from++;
    return from;
}

/* The high bit of each byte of the result is set where the byte of `word` is below 0x20 or is
   0x7f. Bytes from 0x80 up never match. A borrow can mark a byte *above* a marked one wrongly, so
   only "none" is trusted; the exact place is found byte by byte. */
static inline uint64_t controls(uint64_t word) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t high = UINT64_C(0x8080808080808080);
    uint64_t below_space = (word - ones * 0x20) & ~word & high;
    uint64_t deleted = word ^ (ones * 0x7f);
    return below_space | ((deleted - ones) & ~deleted & high);
}

const char *ny_http_skip_value(const char *from, const char *end) {
    for (;;) {
        while (end - from >= 8) {
            uint64_t word;
            memcpy(&word, from, 8);
            if (controls(word)) break;
            from += 8;
        }
        const char *stop = end - from >= 8 ? from + 8 : end;
        while (from < stop && ny_http_is(*from, NY_HTTP_VALUE)) from++;
        if (from < stop || from == end) return from;
    }
}

bool ny_http_list_next(const char **from, const char *end, const char **element, size_t *length) {
    const char *at = *from;
    while (at < end && (ny_http_is_blank(*at) || *at == ',')) at++;
    const char *begin = at;
    while (at < end && *at != ',') at++;
    const char *last = at;
    while (last > begin && ny_http_is_blank(last[-1])) last--;
    *from = at;
    *element = begin;
    *length = (size_t)(last - begin);
    return last > begin;
}
