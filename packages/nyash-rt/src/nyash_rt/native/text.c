/* Growing bytes; see text.h. */
#include "text.h"

#include <stdio.h>
#include <string.h>

#include "float_text.h"
#include "heap.h"
#include "string_box.h"

bool ny_text_reserve(ny_text *text, size_t more) {
    if (NY_LIKELY(text->room - text->length >= more)) return true;
    if (text->failed) return false;
    size_t room = text->room ? text->room * 2 : 64;
    while (room - text->length < more) room *= 2;
    char *bytes = ny_memory_resize(text->bytes, text->room, room);
    if (bytes == NULL) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->room = room;
    return true;
}

void ny_text_append(ny_text *text, const char *bytes, size_t count) {
    if (count == 0 || !ny_text_reserve(text, count)) return;
    memcpy(text->bytes + text->length, bytes, count);
    text->length += count;
}

void ny_text_format_list(ny_text *text, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int needed = vsnprintf(NULL, 0, format, arguments);
    if (needed >= 0 && ny_text_reserve(text, (size_t)needed + 1)) {
        vsnprintf(text->bytes + text->length, (size_t)needed + 1, format, again);
        text->length += (size_t)needed;
    }
    va_end(again);
}

void ny_text_format(ny_text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    ny_text_format_list(text, format, arguments);
    va_end(arguments);
}

void ny_text_string(ny_text *text, ny_word string) {
    const ny_string *it = ny_as_string(string);
    ny_text_append(text, it->bytes, it->byte_length);
}

size_t ny_text_digits(int64_t value, char *place) {
    char digits[NY_INTEGER_TEXT_ROOM];
    char *end = digits + sizeof digits, *at = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0) *--at = '-';
    memcpy(place, at, (size_t)(end - at));
    return (size_t)(end - at);
}

void ny_text_integer(ny_text *text, int64_t value) {
    if (ny_text_reserve(text, NY_INTEGER_TEXT_ROOM))
        text->length += ny_text_digits(value, text->bytes + text->length);
}

void ny_text_float(ny_text *text, double value) {
    char digits[NY_FLOAT_TEXT_ROOM];
    ny_text_append(text, digits, ny_float_text_write(value, digits));
}

static inline bool needs_escape(unsigned char byte) {
    return byte < 0x20 || byte == '"' || byte == '\\';
}

/* How many bytes at the beginning stand for themselves. Eight are looked at together: a byte of
   `word` below n sets its highest bit in (word - n) & ~word, where each byte of `n` is that n (Warren,
   Hacker's Delight, section 6-1); a borrow can only come from such a byte. */
static size_t plain_bytes(const char *bytes, size_t count) {
    const uint64_t each = UINT64_C(0x0101010101010101);
    size_t plain = 0;
    for (; count - plain >= 8; plain += 8) {
        uint64_t word;
        memcpy(&word, bytes + plain, 8);
        uint64_t quote = word ^ each * '"', slash = word ^ each * '\\';
        uint64_t found = ((word - each * 0x20) & ~word) | ((quote - each) & ~quote) |
                         ((slash - each) & ~slash);
        if (found & each << 7) break;
    }
    while (plain < count && !needs_escape((unsigned char)bytes[plain])) plain++;
    return plain;
}

void ny_text_quoted(ny_text *text, const char *bytes, size_t count) {
    static const char hex[] = "0123456789abcdef";
    size_t plain = plain_bytes(bytes, count);
    if (NY_LIKELY(plain == count)) {
        if (!ny_text_reserve(text, count + 2)) return;
        char *out = text->bytes + text->length;
        *out = '"';
        if (NY_LIKELY(count > 0)) memcpy(out + 1, bytes, count); /* of nothing, `bytes` may be NULL */
        out[count + 1] = '"';
        text->length += count + 2;
        return;
    }
    ny_text_append(text, "\"", 1);
    size_t start = 0;
    for (size_t i = plain; i < count; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (NY_LIKELY(!needs_escape(byte))) continue;
        ny_text_append(text, bytes + start, i - start);
        start = i + 1;
        char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
        size_t length = 2;
        switch (byte) {
        case '"': escape[1] = '"'; break;
        case '\\': escape[1] = '\\'; break;
        case '\n': escape[1] = 'n'; break;
        case '\t': escape[1] = 't'; break;
        case '\r': escape[1] = 'r'; break;
        case '\b': escape[1] = 'b'; break;
        case '\f': escape[1] = 'f'; break;
        default: length = 6;
        }
        ny_text_append(text, escape, length);
    }
    ny_text_append(text, bytes + start, count - start);
    ny_text_append(text, "\"", 1);
}

ny_word ny_text_finish(ny_text *text) {
    ny_word string = text->failed ? ny_heap_exhausted() : ny_string_new(text->bytes, text->length);
    ny_text_drop(text);
    return string;
}

void ny_text_drop(ny_text *text) {
    ny_memory_free(text->bytes, text->room);
    *text = (ny_text){0};
}
