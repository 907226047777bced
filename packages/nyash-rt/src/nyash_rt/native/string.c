/* StringBox (string.nyash): making, sharing, joining, comparing, indexing. See string_box.h. */
#include "string_box.h"

#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "heap.h"
#include "program.h"
#include "text.h"
#include "utf8.h"

#define INLINE_OFFSET offsetof(ny_string, owner)
#define SLICE_MINIMUM 64      /* shorter parts are copied: a slice costs as much */
#define TAIL_MINIMUM 256      /* shorter concatenations are plain copies */

/* Bytes with room behind them, shared by the slices of a growing text. */
typedef struct tail_block {
    ny_string string; /* inline form; byte_length is the room */
    /* `string.hash` counts the bytes in use: a tail block is never hashed itself. */
} tail_block;

static ny_string *empty;
static ny_string *ascii[128];

ny_word ny_string_too_long(void) {
    return ny_throw_error("OutOfMemoryError", "a String cannot be longer than %zu bytes",
                          NY_STRING_LIMIT);
}

static ny_string *new_inline(size_t count, size_t length) {
    if (NY_UNLIKELY(count > NY_STRING_LIMIT)) {
        ny_string_too_long();
        return NULL;
    }
    size_t bytes = INLINE_OFFSET + count + 1;
    if (bytes < sizeof(ny_string)) bytes = sizeof(ny_string);
    ny_string *string = (ny_string *)ny_heap_take(bytes, NY_CLASS_STRING);
    if (NY_UNLIKELY(string == NULL)) {
        ny_heap_exhausted();
        return NULL;
    }
    char *place = (char *)string + INLINE_OFFSET;
    place[count] = 0;
    string->bytes = place;
    string->byte_length = (uint32_t)count;
    string->length = (uint32_t)length;
    string->hash = 0;
    string->owned = 0;
    return string;
}

static char *inline_bytes(ny_string *string) { return (char *)string + INLINE_OFFSET; }

ny_word ny_string_new_counted(const char *bytes, size_t count, size_t length) {
    if (count == 0 && empty != NULL) return ny_retain(ny_from_box(empty));
    if (count == 1 && ascii[(unsigned char)bytes[0] & 127] != NULL)
        return ny_retain(ny_from_box(ascii[(unsigned char)bytes[0] & 127]));
    ny_string *string = new_inline(count, length);
    if (string == NULL) return NY_ERROR;
    if (count > 0) memcpy(inline_bytes(string), bytes, count);
    return ny_from_box(string);
}

ny_word ny_string_new(const char *bytes, size_t length) {
    return ny_string_new_counted(bytes, length, ny_utf8_length(bytes, length));
}

ny_word ny_string_text(const char *zero_terminated) {
    return ny_string_new(zero_terminated, strlen(zero_terminated));
}

ny_word ny_string_from_untrusted(const char *bytes, size_t length) {
    size_t valid = ny_utf8_valid(bytes, length);
    if (NY_LIKELY(valid == length)) return ny_string_new(bytes, length);
    ny_text text = {0};
    while (length > 0) {
        ny_text_append(&text, bytes, valid);
        bytes += valid;
        length -= valid;
        if (length > 0) {
            ny_text_append(&text, NY_UTF8_REPLACEMENT, 3);
            do bytes++, length--; /* one mark for a run of continuation bytes */
            while (length > 0 && ny_utf8_continues(*bytes));
        }
        valid = ny_utf8_valid(bytes, length);
    }
    return ny_text_finish(&text);
}

ny_word ny_string_format_list(const char *format, va_list arguments) {
    char small[256];
    va_list again;
    va_copy(again, arguments);
    int needed = vsnprintf(small, sizeof small, format, arguments);
    ny_word result;
    if (needed >= 0 && (size_t)needed < sizeof small) {
        result = ny_string_from_untrusted(small, (size_t)needed);
    } else {
        ny_text text = {0};
        ny_text_format_list(&text, format, again);
        result = text.failed ? ny_heap_exhausted()
                             : ny_string_from_untrusted(text.bytes, text.length);
        ny_text_drop(&text);
    }
    va_end(again);
    return result;
}

ny_word ny_string_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    ny_word result = ny_string_format_list(format, arguments);
    va_end(arguments);
    return result;
}

static ny_word new_slice(ny_word owner, const char *bytes, size_t count, size_t length) {
    ny_string *slice = (ny_string *)ny_heap_take(sizeof(ny_string), NY_CLASS_STRING);
    if (slice == NULL) return ny_heap_exhausted();
    slice->bytes = bytes;
    slice->byte_length = (uint32_t)count;
    slice->length = (uint32_t)length;
    slice->hash = 0;
    slice->owned = 1;
    slice->owner = ny_retain(owner);
    return ny_from_box(slice);
}

ny_word ny_string_slice(ny_word string, size_t from, size_t to) {
    const ny_string *whole = ny_as_string(string);
    size_t count = to - from;
    if (count == whole->byte_length) return ny_retain(string);
    const char *bytes = whole->bytes + from;
    size_t length = ny_string_is_ascii(whole) ? count : ny_utf8_length(bytes, count);
    if (count < SLICE_MINIMUM) return ny_string_new_counted(bytes, count, length);
    return new_slice(whole->owned ? whole->owner : string, bytes, count, length);
}

void ny_string_destroy(ny_box *box) {
    ny_string *string = (ny_string *)box;
    if (string->owned) {
        string->owned = 0;
        ny_release(string->owner);
    }
}

/* Whether `left` is a slice that ends where its tail block is filled, with `more` bytes of room. */
static tail_block *tail_of(const ny_string *left, size_t more) {
    if (!left->owned) return NULL;
    tail_block *tail = (tail_block *)(void *)ny_as_box(left->owner);
    if (tail->string.length != 0 || tail->string.byte_length == 0) return NULL; /* a plain String */
    size_t used = tail->string.hash;
    const char *end = inline_bytes(&tail->string) + used;
    if (left->bytes + left->byte_length != end) return NULL;
    return tail->string.byte_length - used >= more ? tail : NULL;
}

/* What is put behind a String: bytes of another one, or of a number's text. */
typedef struct piece {
    const char *bytes;
    size_t count, length;
} piece;

static ny_word join_inline(const ny_string *left, piece right) {
    size_t count = left->byte_length + right.count;
    ny_string *string = new_inline(count, left->length + right.length);
    if (NY_UNLIKELY(string == NULL)) return NY_ERROR;
    memcpy(inline_bytes(string), left->bytes, left->byte_length);
    memcpy(inline_bytes(string) + left->byte_length, right.bytes, right.count);
    return ny_from_box(string);
}

static ny_word join_long(const ny_string *left, piece right) {
    size_t count = left->byte_length + right.count, length = left->length + right.length;
    tail_block *tail = tail_of(left, right.count);
    ny_word result;
    if (tail != NULL) {
        memcpy(inline_bytes(&tail->string) + tail->string.hash, right.bytes, right.count);
        result = new_slice(ny_from_box(tail), left->bytes, count, length);
        if (result != NY_ERROR) tail->string.hash += (uint32_t)right.count;
        return result;
    }
    /* Not a text that grows, so far. */
    if (!left->owned && left->byte_length < TAIL_MINIMUM / 2) return join_inline(left, right);
    size_t room = count * 2 > NY_STRING_LIMIT ? count : count * 2;
    tail = (tail_block *)(void *)new_inline(room, 0);
    if (tail == NULL) return NY_ERROR;
    char *bytes = inline_bytes(&tail->string);
    memcpy(bytes, left->bytes, left->byte_length);
    memcpy(bytes + left->byte_length, right.bytes, right.count);
    tail->string.hash = (uint32_t)count;
    result = new_slice(ny_from_box(tail), bytes, count, length);
    ny_release_box(tail);
    return result;
}

static ny_word join(const ny_string *left, piece right) {
    if (left->byte_length + right.count >= TAIL_MINIMUM) return join_long(left, right);
    return join_inline(left, right);
}

ny_word ny_string_concat(ny_word left, ny_word right) {
    const ny_string *a = ny_as_string(left), *b = ny_as_string(right);
    if (a->byte_length == 0) return ny_retain(right);
    if (b->byte_length == 0) return ny_retain(left);
    return join(a, (piece){b->bytes, b->byte_length, b->length});
}

ny_word ny_string_concat_integer(ny_word left, int64_t right) {
    char digits[NY_INTEGER_TEXT_ROOM];
    size_t count = ny_text_digits(right, digits);
    return join(ny_as_string(left), (piece){digits, count, count});
}

ny_word ny_string_times(ny_word string, int64_t times) {
    const ny_string *it = ny_as_string(string);
    if (times < 0)
        return ny_throw_error("ArgumentError", "cannot repeat a String %lld times",
                              (long long)times);
    size_t total;
    if (__builtin_mul_overflow((size_t)it->byte_length, (size_t)times, &total))
        return ny_string_too_long();
    ny_string *result = new_inline(total, (size_t)it->length * (size_t)times);
    if (result == NULL) return NY_ERROR;
    char *bytes = inline_bytes(result);
    for (int64_t i = 0; i < times && it->byte_length > 0; i++, bytes += it->byte_length)
        memcpy(bytes, it->bytes, it->byte_length);
    return ny_from_box(result);
}

ny_word ny_string_of_code_point(uint32_t code_point) {
    char bytes[4];
    size_t count = ny_utf8_encode(code_point, bytes);
    return ny_string_new_counted(bytes, count, 1);
}

bool ny_string_equal(ny_word left, ny_word right) {
    const ny_string *a = ny_as_string(left), *b = ny_as_string(right);
    return a == b || (a->byte_length == b->byte_length &&
                      memcmp(a->bytes, b->bytes, a->byte_length) == 0);
}

int ny_string_compare(ny_word left, ny_word right) {
    /* UTF-8 keeps the order of code points. */
    const ny_string *a = ny_as_string(left), *b = ny_as_string(right);
    size_t common = a->byte_length < b->byte_length ? a->byte_length : b->byte_length;
    int order = memcmp(a->bytes, b->bytes, common);
    if (order != 0) return order;
    return (a->byte_length > b->byte_length) - (a->byte_length < b->byte_length);
}

uint32_t ny_string_hash_of(ny_word string) {
    ny_string *it = (ny_string *)(uintptr_t)string;
    if (NY_LIKELY(it->hash != 0)) return it->hash;
    uint32_t hash = (uint32_t)ny_hash_bytes(it->bytes, it->byte_length);
    it->hash = hash != 0 ? hash : 1;
    return it->hash;
}

static ny_string *keep_for_ever(ny_string *string) {
    if (string == NULL) return NULL; /* then it is made anew each time */
    string->box.flags = NY_IMMORTAL;
    string->box.count = NY_IMMORTAL_COUNT;
    return string;
}

void ny_string_start(void) {
    empty = keep_for_ever(new_inline(0, 0));
    for (int i = 0; i < 128; i++) {
        ny_string *one = keep_for_ever(new_inline(1, 1));
        if (one == NULL) continue;
        inline_bytes(one)[0] = (char)i;
        ascii[i] = one;
    }
}
