/* http_text: Strings made from bytes of a message, and Strings that are always there. */
#ifndef NY_HTTP_TEXT_H
#define NY_HTTP_TEXT_H

#include "nyash.h"

/* A String that is never freed, for texts that every request could ask for. ASCII only. */
#define NY_HTTP_CONSTANT_STRING(text)                                          \
    {                                                                          \
        .box = {NY_IMMORTAL_COUNT, NY_CLASS_STRING, NY_IMMORTAL, 255},         \
        .bytes = (text), .byte_length = sizeof(text) - 1, .length = sizeof(text) - 1 \
    }

/* With percent escapes (and '+') decoded; what is not UTF-8 then becomes U+FFFD. */
ny_word ny_http_text_decoded(const char *text, size_t length, bool plus_is_space);
/* Of a path, with escaped slashes as ny_http_unescape_segments has them. */
ny_word ny_http_text_segments(const char *text, size_t length);
/* A URI reference: what is no visible ASCII is escaped (RFC 3986 section 2.1), but for control bytes,
   which whoever sends it refuses. `text` is a String. */
ny_word ny_http_text_uri(ny_word text);
/* With ASCII letters in lower case. */
ny_word ny_http_text_lower(const char *text, size_t length);

#endif
