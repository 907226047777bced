/* http_urlencoded: percent escapes, and name=value&… lists as in queries and forms (WHATWG URL,
   application/x-www-form-urlencoded). No memory, no I/O. */
#ifndef NY_HTTP_URLENCODED_H
#define NY_HTTP_URLENCODED_H

#include <stdbool.h>
#include <stddef.h>

/* Decodes escapes into `out`, which has room for `length` bytes; the number written. With
   `plus_is_space`, '+' becomes a blank. An invalid escape stays as it is. */
size_t ny_http_unescape(char *out, const char *text, size_t length, bool plus_is_space);

/* Likewise for a path that is to be compared with patterns: an escaped slash, which is part of a
   segment and ends none (RFC 3986 section 2.4), becomes NUL, which no path has. */
size_t ny_http_unescape_segments(char *out, const char *text, size_t length);

/* One pair, still encoded. A pair without '=' has an empty value. */
typedef struct ny_http_pair {
    const char *name;
    size_t name_length;
    const char *value;
    size_t value_length;
} ny_http_pair;

/* The next pair of `separator`-separated text (& in queries, ; in cookies). False at the end;
   empty pairs are skipped. */
bool ny_http_pair_next(const char **from, const char *end, char separator, ny_http_pair *pair);

/* Whether the encoded text decodes to exactly these bytes. */
bool ny_http_unescapes_to(
    const char *text, size_t length, bool plus_is_space, const char *wanted, size_t wanted_length);

#endif
