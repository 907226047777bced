/* http_utf8: whether bytes are UTF-8. No memory, no I/O. */
#ifndef NY_HTTP_UTF8_H
#define NY_HTTP_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UTF-8 that comes in pieces; all zero at the start. False from the first wrong byte on. */
typedef struct ny_http_utf8 {
    uint8_t needed;     /* continuation bytes of the character that has begun */
    uint8_t least, most; /* of the next one */
} ny_http_utf8;

bool ny_http_utf8_add(ny_http_utf8 *state, const char *bytes, size_t count);

#endif
