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
/* With ASCII letters in lower case. */
ny_word ny_http_text_lower(const char *text, size_t length);

#endif
