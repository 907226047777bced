/* http_request_fields.c: header fields, cookies and trailers of an HTTPRequestBox. */
#include <string.h>

#include "http_request_box.h"
#include "http_scan.h"
#include "http_text.h"
#include "http_urlencoded.h"

static bool named(const ny_http_field *field, const char *name, size_t length) {
    if (field->name_length != length) return false;
    for (size_t i = 0; i < length; i++)
        if (ny_http_lower(field->name[i]) != ny_http_lower(name[i])) return false;
    return true;
}

bool ny_http_request_find_field(
    const ny_http_request_box *request, uint32_t *at, const char *name, size_t length,
    ny_http_field *field) {
    while (ny_http_field_next(request->bytes, at, field))
        if (named(field, name, length)) return true;
    return false;
}

/* Several fields of one name are one list (RFC 9110 section 5.2). */
static ny_word combined(
    const ny_http_request_box *request, const char *name, size_t length, ny_http_field first,
    uint32_t behind_first) {
    size_t total = first.value_length;
    ny_http_field field;
    uint32_t at = behind_first;
    while (ny_http_request_find_field(request, &at, name, length, &field)) total += 2 + field.value_length;
    if (total == first.value_length) return ny_string_from_untrusted(first.value, total);
    char *text = ny_memory_get(total);
    if (!text) return ny_throw_error("OutOfMemoryError", "no memory for a header");
    memcpy(text, first.value, first.value_length);
    char *out = text + first.value_length;
    at = behind_first;
    while (ny_http_request_find_field(request, &at, name, length, &field)) {
        memcpy(out, ", ", 2);
        memcpy(out + 2, field.value, field.value_length);
        out += 2 + field.value_length;
    }
    ny_word result = ny_string_from_untrusted(text, total);
    ny_memory_free(text, total);
    return result;
}

/* Whether the target names the host, whatever the field says (RFC 9112 section 3.2.2). */
static bool host_of_target(const ny_http_request_box *request, const char *name, size_t length) {
    return NY_UNLIKELY(request->head.flags & NY_HTTP_ABSOLUTE) &&
           ny_http_same(name, length, "host", 4);
}

static ny_word host(const ny_http_request_box *request) {
    return ny_string_new(request->bytes + request->head.host.start, request->head.host.length);
}

static ny_word header(ny_word me, const char *name, size_t length) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    if (host_of_target(request, name, length)) return host(request);
    uint32_t at = request->head.headers;
    ny_http_field field;
    if (!ny_http_request_find_field(request, &at, name, length, &field)) return NY_NULL;
    return combined(request, name, length, field, at);
}

ny_word ny_http_request_box_header(ny_word me, ny_word name) {
    const ny_string *wanted = ny_as_string(name);
    return header(me, wanted->bytes, wanted->byte_length);
}

ny_word ny_http_request_box_content_type(ny_word me) { return header(me, "content-type", 12); }

ny_word ny_http_request_box_has_header(ny_word me, ny_word name) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    const ny_string *wanted = ny_as_string(name);
    if (host_of_target(request, wanted->bytes, wanted->byte_length)) return NY_TRUE;
    uint32_t at = request->head.headers;
    ny_http_field field;
    return ny_from_bool(ny_http_request_find_field(request, &at, wanted->bytes, wanted->byte_length, &field));
}

/* Names in lower case, in the order they first came. */
ny_word ny_http_request_box_all_headers(ny_word me) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    ny_word map = ny_map_empty();
    if (!map) return NY_ERROR;
    uint32_t at = request->head.headers;
    ny_http_field field;
    while (ny_http_field_next(request->bytes, &at, &field)) {
        ny_word name = ny_http_text_lower(field.name, field.name_length);
        if (!name) goto failed;
        if (ny_map_find(map, name)) {
            ny_release(name);
            continue;
        }
        ny_word value = host_of_target(request, field.name, field.name_length)
                            ? host(request)
                            : combined(request, field.name, field.name_length, field, at);
        if (!value) {
            ny_release(name);
            goto failed;
        }
        if (!ny_map_put(map, name, value)) goto failed;
    }
    return map;
failed:
    ny_release(map);
    return NY_ERROR;
}

/* RFC 6265 section 4.2: name=value pairs apart by "; ". The value as sent, without its quotes. */
ny_word ny_http_request_box_cookie(ny_word me, ny_word name) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    const ny_string *wanted = ny_as_string(name);
    uint32_t at = request->head.headers;
    ny_http_field field;
    while (ny_http_request_find_field(request, &at, "cookie", 6, &field)) {
        const char *from = field.value;
        const char *end = from + field.value_length;
        ny_http_pair pair;
        while (ny_http_pair_next(&from, end, ';', &pair)) {
            while (pair.name_length && ny_http_is_blank(*pair.name))
                pair.name++, pair.name_length--;
            if (pair.name_length != wanted->byte_length ||
                memcmp(pair.name, wanted->bytes, pair.name_length) != 0)
                continue;
            if (pair.value_length >= 2 && pair.value[0] == '"' &&
                pair.value[pair.value_length - 1] == '"')
                return ny_string_from_untrusted(pair.value + 1, pair.value_length - 2);
            return ny_string_from_untrusted(pair.value, pair.value_length);
        }
    }
    return NY_NULL;
}

ny_word ny_http_request_box_trailer(ny_word me, ny_word name) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    const ny_string *wanted = ny_as_string(name);
    uint32_t at = 0;
    ny_http_field field;
    while (request->trailers && ny_http_field_next(request->trailers, &at, &field))
        if (named(&field, wanted->bytes, wanted->byte_length))
            return ny_string_from_untrusted(field.value, field.value_length);
    return NY_NULL;
}
