/* http_credentials.c: see http_credentials.h. */
#include "http_credentials.h"

#include "http_utf8.h"

/* The value of a Base64 character; 64: it is none. */
static unsigned digit(unsigned char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26U;
    if (c >= '0' && c <= '9') return c - '0' + 52U;
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Into `out`, which has room for 3 bytes of each 4 characters; how many, -1 where it is no Base64. */
static ptrdiff_t decode(char *out, const char *text, size_t length) {
    if (length > 0 && length % 4 == 0 && text[length - 1] == '=') {
        length--;
        if (text[length - 1] == '=') length--;
    }
    if (length % 4 == 1) return -1;
    uint32_t bits = 0;
    unsigned held = 0;
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned value = digit((unsigned char)text[i]);
        if (value == 64) return -1;
        bits = (bits << 6 | value) & 0xFFFF;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out[count++] = (char)(bits >> held & 0xFF);
    }
    if (bits & ((1U << held) - 1)) return -1; /* bits that say nothing must be 0 */
    return (ptrdiff_t)count;
}

ny_word ny_http_base64_decode(ny_word text) {
    const ny_string *encoded = ny_as_string(text);
    char *bytes = ny_memory_get(encoded->byte_length + 1);
    if (!bytes) return ny_throw_error("OutOfMemoryError", "no memory to decode a header");
    ptrdiff_t count = decode(bytes, encoded->bytes, encoded->byte_length);
    ny_http_utf8 state = {0};
    bool valid = count >= 0 && ny_http_utf8_add(&state, bytes, (size_t)count) && !state.needed;
    ny_word found = valid ? ny_string_new(bytes, (size_t)count) : NY_NULL;
    ny_memory_free(bytes, encoded->byte_length + 1);
    return found;
}

bool ny_http_same_secret(ny_word one, ny_word other) {
    const ny_string *wanted = ny_as_string(one), *given = ny_as_string(other);
    volatile unsigned char difference = wanted->byte_length != given->byte_length;
    for (uint32_t i = 0; i < given->byte_length; i++) {
        char against = i < wanted->byte_length ? wanted->bytes[i] : 0;
        difference = (unsigned char)(difference | (given->bytes[i] ^ against));
    }
    return !difference;
}
