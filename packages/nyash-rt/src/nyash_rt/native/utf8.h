/* utf8.h: UTF-8 by RFC 3629. All but ny_utf8_valid take valid text. */
#ifndef NYASH_UTF8_H
#define NYASH_UTF8_H

#include "include/nyash.h"

#define NY_UTF8_REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* How many bytes at the start are valid. */
size_t ny_utf8_valid(const char *bytes, size_t count);
/* Code points in valid text. */
size_t ny_utf8_length(const char *bytes, size_t count);
/* Where code point `index` starts; `count` when there are not so many. */
size_t ny_utf8_offset(const char *bytes, size_t count, size_t index);
uint32_t ny_utf8_decode(const char *bytes);
/* Writes up to 4 bytes, gives their number; 0 when it is no Unicode scalar value. */
size_t ny_utf8_encode(uint32_t code_point, char *bytes);

/* Bytes of the code point that starts with `lead`. */
static inline size_t ny_utf8_step(char lead) {
    unsigned char byte = (unsigned char)lead;
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

static inline bool ny_utf8_continues(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

#endif
