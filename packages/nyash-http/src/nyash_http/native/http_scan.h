/* http_scan: which bytes may stand where in an HTTP/1 message, and how far such bytes reach.

   One table of 256 bytes holds a bit per class (RFC 9110 section 5.6.2, RFC 9112 section 3.2,
   RFC 3986 section 3.2.2). Field values are scanned eight bytes at a time in a plain 64-bit word,
   so that every target gains and no instruction set is assumed. Nothing here knows the runtime. */
#ifndef NY_HTTP_SCAN_H
#define NY_HTTP_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NY_HTTP_TOKEN = 1,  /* tchar: methods, field names, coding names */
    NY_HTTP_TARGET = 2, /* visible ASCII but '#': a request target carries no fragment */
    NY_HTTP_VALUE = 4,  /* field-vchar, obs-text, SP, HTAB */
    NY_HTTP_HEX = 8,    /* HEXDIG */
    NY_HTTP_HOST = 16,  /* reg-name: unreserved, sub-delims, '%' */
};

extern const uint8_t ny_http_classes[256];

static inline bool ny_http_is(char c, unsigned classes) {
    return (ny_http_classes[(unsigned char)c] & classes) != 0;
}

static inline bool ny_http_is_digit(char c) { return (unsigned char)(c - '0') < 10; }
static inline bool ny_http_is_blank(char c) { return c == ' ' || c == '\t'; }

/* The value of a hexadecimal digit, or -1. */
static inline int ny_http_hex(char c) {
    if (ny_http_is_digit(c)) return c - '0';
    unsigned char letter = (unsigned char)((c | 0x20) - 'a');
    return letter < 6 ? letter + 10 : -1;
}

/* The first byte in [from, end) that is not of the class; `end` if all are. */
const char *ny_http_skip(const char *from, const char *end, unsigned classes);
/* The same for NY_HTTP_VALUE, by words. */
const char *ny_http_skip_value(const char *from, const char *end);

/* Whether `text` is `lower`, whatever the case of its ASCII letters. `lower` holds lower-case
   letters, digits and '-'; `text` must consist of token bytes. */
static inline bool ny_http_same(const char *text, size_t length, const char *lower, size_t count) {
    if (length != count) return false;
    for (size_t i = 0; i < count; i++)
        if ((text[i] | 0x20) != lower[i]) return false;
    return true;
}

/* Lower case of an ASCII letter, every other byte as it is. */
static inline char ny_http_lower(char c) { return (unsigned char)(c - 'A') < 26 ? c | 0x20 : c; }

/* One element of a comma-separated list (RFC 9110 section 5.6.1), blanks around it cut off.
   False at the end of the list; empty elements are skipped. `*from` moves on. */
bool ny_http_list_next(const char **from, const char *end, const char **element, size_t *length);

#endif
