/* http_answer_read.c: what a program asks a received response, and what it may put into a request;
   see http_answer_box.h. */
#include <string.h>

#include "http_answer_box.h"
#include "http_scan.h"
#include "http_text.h"

static const ny_http_answer_box *received(ny_word me) {
    const ny_http_answer_box *answer = (ny_http_answer_box *)ny_as_box(me);
    if (NY_LIKELY(answer->head && answer->answer.fields.head_length > 0)) return answer;
    ny_throw_error("StateError", "there is no answer yet");
    return NULL;
}

ny_word ny_http_answer_box_status(ny_word me) {
    const ny_http_answer_box *answer = received(me);
    return answer ? ny_from_integer(answer->answer.status) : NY_ERROR;
}

ny_word ny_http_answer_box_reason(ny_word me) {
    const ny_http_answer_box *answer = received(me);
    if (!answer) return NY_ERROR;
    ny_http_slice reason = answer->answer.reason;
    return ny_string_from_untrusted(answer->head->bytes + reason.start, reason.length);
}

ny_word ny_http_answer_box_version(ny_word me) {
    const ny_http_answer_box *answer = received(me);
    if (!answer) return NY_ERROR;
    return ny_string_text(answer->answer.fields.minor ? "HTTP/1.1" : "HTTP/1.0");
}

static bool named(const ny_http_field *field, const ny_string *name) {
    if (field->name_length != name->byte_length) return false;
    for (size_t i = 0; i < name->byte_length; i++)
        if (ny_http_lower(field->name[i]) != ny_http_lower(name->bytes[i])) return false;
    return true;
}

/* Several fields of one name are one list (RFC 9110 section 5.2). */
ny_word ny_http_answer_box_header(ny_word me, ny_word name) {
    const ny_http_answer_box *answer = received(me);
    if (!answer) return NY_ERROR;
    ny_word result = NY_NULL;
    uint32_t at = answer->answer.fields.headers;
    ny_http_field field;
    while (ny_http_field_next(answer->head->bytes, &at, &field)) {
        if (!named(&field, ny_as_string(name))) continue;
        ny_word value = ny_string_from_untrusted(field.value, field.value_length);
        if (result != NY_NULL && value) {
            const ny_string *first = ny_as_string(result), *second = ny_as_string(value);
            ny_word both = ny_string_format("%.*s, %.*s", (int)first->byte_length, first->bytes,
                                            (int)second->byte_length, second->bytes);
            ny_release(result);
            ny_release(value);
            value = both;
        }
        if (!value) return NY_ERROR;
        result = value;
    }
    return result;
}

static ny_word pair_of(const ny_http_field *field) {
    ny_word pair = ny_array_empty();
    ny_word name = pair ? ny_string_new(field->name, field->name_length) : 0;
    if (name && ny_array_append(pair, name)) {
        ny_word value = ny_string_from_untrusted(field->value, field->value_length);
        if (value && ny_array_append(pair, value)) return pair;
    }
    if (pair) ny_release(pair);
    return NY_ERROR;
}

ny_word ny_http_answer_box_header_list(ny_word me) {
    const ny_http_answer_box *answer = received(me);
    if (!answer) return NY_ERROR;
    ny_word list = ny_array_empty();
    if (!list) return NY_ERROR;
    uint32_t at = answer->answer.fields.headers;
    ny_http_field field;
    while (ny_http_field_next(answer->head->bytes, &at, &field)) {
        ny_word pair = pair_of(&field);
        if (pair && ny_array_append(list, pair)) continue;
        ny_release(list);
        return NY_ERROR;
    }
    return list;
}

ny_word ny_http_answer_box_body(ny_word me) {
    const ny_http_answer_box *answer = received(me);
    return answer ? ny_string_from_untrusted(answer->whole ? answer->whole : "", answer->whole_length) : NY_ERROR;
}

ny_word ny_http_answer_box_body_bytes(ny_word me) {
    const ny_http_answer_box *answer = received(me);
    return answer ? ny_buffer_of(answer->whole ? answer->whole : "", answer->whole_length) : NY_ERROR;
}

/* ---- For requests ---------------------------------------------------------------------------- */

ny_word ny_http_answer_box_check_field(ny_word name, ny_word value) {
    const ny_string *first = ny_as_string(name), *second = ny_as_string(value);
    const char *name_end = first->bytes + first->byte_length;
    const char *value_end = second->bytes + second->byte_length;
    int shown = first->byte_length < 80 ? (int)first->byte_length : 80;
    if (first->byte_length == 0 || ny_http_skip(first->bytes, name_end, NY_HTTP_TOKEN) != name_end)
        return ny_throw_error("ArgumentError", "`%.*s` is no name of a header", shown, first->bytes);
    if (ny_http_skip_value(second->bytes, value_end) != value_end)
        return ny_throw_error("ArgumentError", "the header %.*s has a control character or a line "
                              "break in its value", shown, first->bytes);
    return NY_TRUE;
}

ny_word ny_http_answer_box_escape_target(ny_word target) {
    static const char digits[] = "0123456789ABCDEF";
    const ny_string *text = ny_as_string(target);
    const char *end = text->bytes + text->byte_length;
    if (ny_http_skip(text->bytes, end, NY_HTTP_TARGET) == end) return ny_retain(target);
    size_t room = 3 * (size_t)text->byte_length;
    char *out = ny_memory_get(room);
    if (!out) return ny_throw_error("OutOfMemoryError", "no memory for a URL");
    size_t count = 0;
    for (const char *at = text->bytes; at < end; at++) {
        if (ny_http_is(*at, NY_HTTP_TARGET)) {
            out[count++] = *at;
            continue;
        }
        out[count++] = '%';
        out[count++] = digits[(unsigned char)*at >> 4];
        out[count++] = digits[*at & 15];
    }
    ny_word result = ny_string_new(out, count);
    ny_memory_free(out, room);
    return result;
}
