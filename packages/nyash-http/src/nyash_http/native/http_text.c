/* http_text.c: see http_text.h. */
#include "http_text.h"

#include <string.h>

#include "http_scan.h"
#include "http_urlencoded.h"

/* Longer texts are worked on in memory of their own. */
#define SHORT_TEXT 256

static ny_word finish(char *text, size_t length, size_t room, const char *inside) {
    ny_word result = ny_string_from_untrusted(text, length);
    if (text != inside) ny_memory_free(text, room);
    return result;
}

ny_word ny_http_text_decoded(const char *text, size_t length, bool plus_is_space) {
    if (!memchr(text, '%', length) && !(plus_is_space && memchr(text, '+', length)))
        return ny_string_from_untrusted(text, length);
    char inside[SHORT_TEXT];
    char *out = length <= sizeof inside ? inside : ny_memory_get(length);
    if (!out) return ny_throw_error("OutOfMemoryError", "no memory to decode %zu bytes", length);
    return finish(out, ny_http_unescape(out, text, length, plus_is_space), length, inside);
}

ny_word ny_http_text_lower(const char *text, size_t length) {
    char inside[SHORT_TEXT] = "";
    char *out = length <= sizeof inside ? inside : ny_memory_get(length);
    if (!out) return ny_throw_error("OutOfMemoryError", "no memory for a header name");
    for (size_t i = 0; i < length; i++) out[i] = ny_http_lower(text[i]);
    return finish(out, length, length, inside);
}
