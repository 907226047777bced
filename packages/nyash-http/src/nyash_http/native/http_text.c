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

ny_word ny_http_text_segments(const char *text, size_t length) {
    char inside[SHORT_TEXT];
    char *out = length <= sizeof inside ? inside : ny_memory_get(length);
    if (!out) return ny_throw_error("OutOfMemoryError", "no memory to decode %zu bytes", length);
    return finish(out, ny_http_unescape_segments(out, text, length), length, inside);
}

ny_word ny_http_text_uri(ny_word text) {
    static const char digits[] = "0123456789ABCDEF";
    const unsigned char *bytes = (const unsigned char *)ny_as_string(text)->bytes;
    size_t length = ny_as_string(text)->byte_length, others = 0, count = 0;
    for (size_t i = 0; i < length; i++) others += bytes[i] == ' ' || bytes[i] > 126;
    if (others == 0) return ny_retain(text);
    size_t room = length + 2 * others;
    char *out = ny_memory_get(room);
    if (!out) return ny_throw_error("OutOfMemoryError", "no memory for a URI");
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != ' ' && bytes[i] <= 126) {
            out[count++] = (char)bytes[i];
            continue;
        }
        out[count++] = '%';
        out[count++] = digits[bytes[i] >> 4];
        out[count++] = digits[bytes[i] & 15];
    }
    ny_word result = ny_string_new(out, count);
    ny_memory_free(out, room);
    return result;
}

ny_word ny_http_text_lower(const char *text, size_t length) {
    char inside[SHORT_TEXT] = "";
    char *out = length <= sizeof inside ? inside : ny_memory_get(length);
    if (!out) return ny_throw_error("OutOfMemoryError", "no memory for a header name");
    for (size_t i = 0; i < length; i++) out[i] = ny_http_lower(text[i]);
    return finish(out, length, length, inside);
}
