/* StringBox (string.nyash): new Strings from old ones. */
#include <string.h>

#include "array.h"
#include "class.h"
#include "string_box.h"
#include "text.h"
#include "utf8.h"

/* The empty String is found before every character and at the end, as in Go and Python. */
static ny_word put_between(const ny_string *string, ny_word by) {
    ny_text text = {0};
    ny_text_string(&text, by);
    for (size_t at = 0, step; at < string->byte_length; at += step) {
        step = ny_utf8_step(string->bytes[at]);
        ny_text_append(&text, string->bytes + at, step);
        ny_text_string(&text, by);
    }
    return ny_text_finish(&text);
}

ny_word ny_string_replace(ny_word me, ny_word from, ny_word to) {
    const ny_string *string = ny_as_string(me), *old = ny_as_string(from);
    if (old->byte_length == 0) return put_between(string, to);
    size_t at = ny_string_search(string, old, 0), done = 0;
    if (at == SIZE_MAX) return ny_retain(me);
    ny_text text = {0};
    for (; at != SIZE_MAX; at = ny_string_search(string, old, done)) {
        ny_text_append(&text, string->bytes + done, at - done);
        ny_text_string(&text, to);
        done = at + old->byte_length;
    }
    ny_text_append(&text, string->bytes + done, string->byte_length - done);
    return ny_text_finish(&text);
}

ny_word ny_string_join(ny_word me, ny_word array) { return ny_array_join(array, me); }

/* White space of Unicode (property White_Space), and the BOM. */
static bool is_blank(uint32_t c) {
    if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

size_t ny_string_blanks_at_start(const ny_string *string) {
    size_t at = 0;
    while (at < string->byte_length && is_blank(ny_utf8_decode(string->bytes + at)))
        at += ny_utf8_step(string->bytes[at]);
    return at;
}

size_t ny_string_text_end(const ny_string *string, size_t from) {
    size_t end = string->byte_length;
    while (end > from) {
        size_t start = end - 1;
        while (start > from && ny_utf8_continues(string->bytes[start])) start--;
        if (!is_blank(ny_utf8_decode(string->bytes + start))) break;
        end = start;
    }
    return end;
}

ny_word ny_string_trim(ny_word me) {
    size_t start = ny_string_blanks_at_start(ny_as_string(me));
    return ny_string_slice(me, start, ny_string_text_end(ny_as_string(me), start));
}

ny_word ny_string_trim_start(ny_word me) {
    const ny_string *string = ny_as_string(me);
    return ny_string_slice(me, ny_string_blanks_at_start(string), string->byte_length);
}

ny_word ny_string_trim_end(ny_word me) {
    return ny_string_slice(me, 0, ny_string_text_end(ny_as_string(me), 0));
}

ny_word ny_string_repeat(ny_word me, int64_t times) { return ny_string_times(me, times); }

/* The padding, repeated and cut, that brings `me` to `length` code points; NY_NULL: none needed. */
static ny_word padding_for(ny_word me, int64_t length, ny_word padding) {
    const ny_string *string = ny_as_string(me), *part = ny_as_string(padding);
    int64_t missing = length - string->length;
    if (missing <= 0 || part->length == 0) return NY_NULL;
    if (missing > (int64_t)NY_STRING_LIMIT) return ny_string_too_long();
    ny_word repeated = ny_string_times(padding, missing / part->length + 1);
    if (repeated == NY_ERROR) return NY_ERROR;
    ny_word cut = ny_string_substring(repeated, 0, missing);
    ny_release(repeated);
    return cut;
}

static ny_word pad(ny_word me, int64_t length, ny_word padding, bool at_start) {
    ny_word more = padding_for(me, length, padding);
    if (more == NY_NULL) return ny_retain(me);
    if (more == NY_ERROR) return NY_ERROR;
    ny_word result = at_start ? ny_string_concat(more, me) : ny_string_concat(me, more);
    ny_release(more);
    return result;
}

ny_word ny_string_pad_start(ny_word me, int64_t length, ny_word padding) {
    return pad(me, length, padding, true);
}

ny_word ny_string_pad_end(ny_word me, int64_t length, ny_word padding) {
    return pad(me, length, padding, false);
}

ny_word ny_string_reverse(ny_word me) {
    const ny_string *string = ny_as_string(me);
    ny_text text = {0};
    if (!ny_text_reserve(&text, string->byte_length)) return ny_text_finish(&text);
    for (size_t end = string->byte_length; end > 0;) {
        size_t start = end - 1;
        while (ny_utf8_continues(string->bytes[start])) start--;
        ny_text_append(&text, string->bytes + start, end - start);
        end = start;
    }
    return ny_text_finish(&text);
}

ny_word ny_string_from_code_point(int64_t code_point) {
    char bytes[4];
    if (code_point < 0 || code_point > 0x10FFFF || !ny_utf8_encode((uint32_t)code_point, bytes))
        return ny_throw_error("ArgumentError", "%lld is no Unicode code point",
                              (long long)code_point);
    return ny_string_of_code_point((uint32_t)code_point);
}
