/* http_urlencoded.c: see http_urlencoded.h. */
#include "http_urlencoded.h"

#include <string.h>

#include "http_scan.h"

/* The byte that stands at `*at`, which moves behind it. */
static inline char decode_one(const char **at, const char *end, bool plus_is_space) {
    char c = *(*at)++;
    if (c == '%' && end - *at >= 2) {
        int high = ny_http_hex((*at)[0]);
        int low = ny_http_hex((*at)[1]);
        if (high >= 0 && low >= 0) {
            *at += 2;
            return (char)(high << 4 | low);
        }
    }
    return c == '+' && plus_is_space ? ' ' : c;
}

size_t ny_http_unescape(char *out, const char *text, size_t length, bool plus_is_space) {
    const char *end = text + length;
    char *begin = out;
    while (text < end) *out++ = decode_one(&text, end, plus_is_space);
    return (size_t)(out - begin);
}

size_t ny_http_unescape_segments(char *out, const char *text, size_t length) {
    const char *end = text + length;
    char *begin = out;
    while (text < end) {
        bool escaped = *text == '%';
        char c = decode_one(&text, end, false);
        *out++ = escaped && c == '/' ? '\0' : c;
    }
    return (size_t)(out - begin);
}

bool ny_http_unescapes_to(
    const char *text, size_t length, bool plus_is_space, const char *wanted, size_t wanted_length) {
    const char *end = text + length;
    const char *wanted_end = wanted + wanted_length;
    while (text < end && wanted < wanted_end)
        if (decode_one(&text, end, plus_is_space) != *wanted++) return false;
    return text == end && wanted == wanted_end;
}

bool ny_http_pair_next(const char **from, const char *end, char separator, ny_http_pair *pair) {
    const char *at = *from;
    while (at < end && *at == separator) at++;
    if (at == end) return false;
    const char *stop = memchr(at, separator, (size_t)(end - at));
    if (!stop) stop = end;
    const char *equals = memchr(at, '=', (size_t)(stop - at));
    pair->name = at;
    pair->name_length = (size_t)((equals ? equals : stop) - at);
    pair->value = equals ? equals + 1 : stop;
    pair->value_length = (size_t)(stop - pair->value);
    *from = stop;
    return true;
}
