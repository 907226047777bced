/* StringBox (string.nyash): indexing, searching, parts, conversions to numbers. */
#include <string.h>

#include "array.h"
#include "buffer.h"
#include "class.h"
#include "float_text.h"
#include "heap.h"
#include "string_box.h"
#include "utf8.h"

int64_t ny_string_length(ny_word me) { return ny_as_string(me)->length; }

int64_t ny_string_byte_length(ny_word me) { return ny_as_string(me)->byte_length; }

bool ny_string_is_empty(ny_word me) { return ny_as_string(me)->byte_length == 0; }

/* Byte position of code point `index` (0 to length). */
static size_t offset_of(const ny_string *string, int64_t index) {
    if (ny_string_is_ascii(string)) return (size_t)index;
    return ny_utf8_offset(string->bytes, string->byte_length, (size_t)index);
}

/* Code points in front of a byte position. */
static int64_t index_of(const ny_string *string, size_t offset) {
    if (ny_string_is_ascii(string)) return (int64_t)offset;
    return (int64_t)ny_utf8_length(string->bytes, offset);
}

/* A pointer to code point `index`, negative ones from the end; NULL: out of range. */
static const char *place_of(const ny_string *string, int64_t index) {
    if (index < 0) index += string->length;
    if ((uint64_t)index >= string->length) return NULL;
    return string->bytes + offset_of(string, index);
}

ny_word ny_string_get(ny_word me, int64_t index) {
    const char *place = place_of(ny_as_string(me), index);
    if (place == NULL) return NY_NULL;
    return ny_string_new_counted(place, ny_utf8_step(*place), 1);
}

ny_word ny_string_at(ny_word me, int64_t index) {
    const ny_string *string = ny_as_string(me);
    const char *place = place_of(string, index);
    if (NY_LIKELY(place != NULL)) return ny_string_new_counted(place, ny_utf8_step(*place), 1);
    return ny_throw_error("IndexError", "index %lld is out of range: the string has %u character%s",
                          (long long)index, string->length, string->length == 1 ? "" : "s");
}

ny_word ny_string_code_point_at(ny_word me, int64_t index) {
    const char *place = place_of(ny_as_string(me), index);
    return place == NULL ? NY_NULL : ny_from_small(ny_utf8_decode(place));
}

ny_word ny_string_substring(ny_word me, int64_t start, int64_t end) {
    const ny_string *string = ny_as_string(me);
    int64_t length = string->length;
    if (start < 0) start += length;
    if (end < 0) end += length;
    if (start < 0) start = 0;
    if (end > length) end = length;
    if (start >= end) return ny_string_new_counted("", 0, 0);
    size_t from = offset_of(string, start);
    size_t to = ny_string_is_ascii(string)
                    ? (size_t)end
                    : from + ny_utf8_offset(string->bytes + from, string->byte_length - from,
                                            (size_t)(end - start));
    return ny_string_slice(me, from, to);
}

ny_word ny_string_substring_from(ny_word me, int64_t start) {
    return ny_string_substring(me, start, ny_as_string(me)->length);
}

size_t ny_string_search(const ny_string *whole, const ny_string *part, size_t from) {
    if (from > whole->byte_length) return SIZE_MAX;
    if (part->byte_length == 0) return from;
    const char *found = memmem(whole->bytes + from, whole->byte_length - from, part->bytes,
                               part->byte_length);
    return found == NULL ? SIZE_MAX : (size_t)(found - whole->bytes);
}

int64_t ny_string_index_of(ny_word me, ny_word part) {
    size_t at = ny_string_search(ny_as_string(me), ny_as_string(part), 0);
    return at == SIZE_MAX ? -1 : index_of(ny_as_string(me), at);
}

int64_t ny_string_index_of_from(ny_word me, ny_word part, int64_t start) {
    const ny_string *string = ny_as_string(me);
    if (start < 0) start += string->length;
    if (start < 0) start = 0;
    if (start > string->length) return -1;
    size_t at = ny_string_search(string, ny_as_string(part), offset_of(string, start));
    return at == SIZE_MAX ? -1 : index_of(string, at);
}

int64_t ny_string_last_index_of(ny_word me, ny_word part) {
    const ny_string *string = ny_as_string(me), *wanted = ny_as_string(part);
    if (wanted->byte_length > string->byte_length) return -1;
    for (size_t at = string->byte_length - wanted->byte_length + 1; at-- > 0;)
        if (memcmp(string->bytes + at, wanted->bytes, wanted->byte_length) == 0)
            return index_of(string, at);
    return -1;
}

bool ny_string_contains(ny_word me, ny_word part) {
    return ny_string_search(ny_as_string(me), ny_as_string(part), 0) != SIZE_MAX;
}

bool ny_string_starts_with(ny_word me, ny_word part) {
    const ny_string *string = ny_as_string(me), *wanted = ny_as_string(part);
    return wanted->byte_length <= string->byte_length &&
           memcmp(string->bytes, wanted->bytes, wanted->byte_length) == 0;
}

bool ny_string_ends_with(ny_word me, ny_word part) {
    const ny_string *string = ny_as_string(me), *wanted = ny_as_string(part);
    return wanted->byte_length <= string->byte_length &&
           memcmp(string->bytes + string->byte_length - wanted->byte_length, wanted->bytes,
                  wanted->byte_length) == 0;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

/* A decimal Integer with optional sign, blanks around it allowed. */
static bool read_integer(ny_word me, int64_t *value) {
    const ny_string *string = ny_as_string(me);
    size_t start = ny_string_blanks_at_start(string);
    const char *at = string->bytes + start, *end = string->bytes + ny_string_text_end(string, start);
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    if (at == end) return false;
    int64_t result = 0;
    for (; at < end; at++) {
        if (*at < '0' || *at > '9') return false;
        int64_t digit = negative ? -(*at - '0') : *at - '0';
        if (__builtin_mul_overflow(result, (int64_t)10, &result) ||
            __builtin_add_overflow(result, digit, &result))
            return false;
    }
    *value = result;
    return true;
}

static NY_COLD ny_word no_number(ny_word me, const char *kind) {
    const ny_string *string = ny_as_string(me);
    size_t shown = string->byte_length < 40 ? string->byte_length : 40;
    while (shown < string->byte_length && ny_utf8_continues(string->bytes[shown])) shown--;
    return ny_throw_error("ParseError", "\"%.*s%s\" is no %s", (int)shown, string->bytes,
                          string->byte_length > shown ? "..." : "", kind);
}

ny_word ny_string_to_integer(ny_word me) {
    int64_t value;
    return read_integer(me, &value) ? ny_from_integer(value) : no_number(me, "Integer");
}

ny_word ny_string_to_int_or_null(ny_word me) {
    int64_t value;
    return read_integer(me, &value) ? ny_from_integer(value) : NY_NULL;
}

static bool read_float(ny_word me, double *value) {
    const ny_string *string = ny_as_string(me);
    size_t start = ny_string_blanks_at_start(string);
    const char *at = string->bytes + start, *end = string->bytes + ny_string_text_end(string, start);
    return ny_float_text_read(at, (size_t)(end - at), value);
}

ny_word ny_string_to_float(ny_word me) {
    double value;
    return read_float(me, &value) ? ny_from_float(value) : no_number(me, "Float");
}

ny_word ny_string_to_float_or_null(ny_word me) {
    double value;
    return read_float(me, &value) ? ny_from_float(value) : NY_NULL;
}

/* ---- Lists of parts -------------------------------------------------------------------------- */

/* Appends bytes [from, to); false: thrown and `list` released. */
static bool add_part(ny_word list, ny_word me, size_t from, size_t to) {
    ny_word part = ny_string_slice(me, from, to);
    if (part != NY_ERROR && ny_array_append(list, part)) return true;
    ny_release(list);
    return false;
}

ny_word ny_string_chars(ny_word me) {
    const ny_string *string = ny_as_string(me);
    ny_array *array = ny_array_new(string->length);
    if (array == NULL) return NY_ERROR;
    ny_word list = ny_from_box(array);
    for (size_t at = 0; at < string->byte_length;) {
        size_t step = ny_utf8_step(string->bytes[at]);
        ny_word one = ny_string_new_counted(string->bytes + at, step, 1);
        if (one == NY_ERROR || !ny_array_append(list, one)) {
            ny_release(list);
            return NY_ERROR;
        }
        at += step;
    }
    return list;
}

ny_word ny_string_split(ny_word me, ny_word separator) {
    const ny_string *string = ny_as_string(me), *mark = ny_as_string(separator);
    if (mark->byte_length == 0) return ny_string_chars(me);
    ny_word list = ny_array_empty();
    if (list == NY_ERROR) return NY_ERROR;
    size_t from = 0;
    for (;;) {
        size_t at = ny_string_search(string, mark, from);
        if (!add_part(list, me, from, at == SIZE_MAX ? string->byte_length : at)) return NY_ERROR;
        if (at == SIZE_MAX) return list;
        from = at + mark->byte_length;
    }
}

ny_word ny_string_lines(ny_word me) {
    const ny_string *string = ny_as_string(me);
    ny_word list = ny_array_empty();
    if (list == NY_ERROR) return NY_ERROR;
    for (size_t from = 0; from < string->byte_length;) {
        const char *end = memchr(string->bytes + from, '\n', string->byte_length - from);
        size_t next = end == NULL ? string->byte_length : (size_t)(end - string->bytes);
        size_t to = next > from && string->bytes[next - 1] == '\r' ? next - 1 : next;
        if (!add_part(list, me, from, to)) return NY_ERROR;
        from = next + 1;
    }
    return list;
}

ny_word ny_string_to_bytes(ny_word me) {
    return ny_buffer_of(ny_as_string(me)->bytes, ny_as_string(me)->byte_length);
}
