/* http_response_box.c: HTTPResponseBox but for its cookies (declared in boxes/response.nyash). */
#include "http_response_box.h"

#include <string.h>

#include "http_content.h"
#include "http_fields.h"
#include "http_scan.h"
#include "http_text.h"

static inline ny_http_response_box *response_of(ny_word me) {
    return (ny_http_response_box *)ny_as_box(me);
}

void ny_http_response_box_drop_body(ny_http_response_box *response) {
    if (response->body) ny_release(response->body);
    if (response->bytes) ny_memory_free(response->bytes, response->bytes_room);
    if (response->content) ny_http_content_free(response->content);
    response->body = 0;
    response->content = NULL;
    response->bytes = NULL;
    response->bytes_length = response->bytes_room = 0;
    response->binary = false;
}

void ny_http_response_box_destroy(ny_box *box) {
    ny_http_response_box *response = (ny_http_response_box *)box;
    ny_http_response_box_drop_body(response);
    if (response->reason) ny_release(response->reason);
    if (response->more_fields) ny_memory_free(response->more_fields, response->fields_room);
    response->reason = 0;
    response->more_fields = NULL;
    response->fields_length = 0;
}

void ny_http_response_box_reply(const ny_http_response_box *response, ny_http_reply *reply) {
    memset(reply, 0, sizeof *reply);
    reply->status = response->status ? response->status : 200;
    if (response->reason) {
        reply->reason = ny_as_string(response->reason)->bytes;
        reply->reason_length = ny_as_string(response->reason)->byte_length;
    }
    reply->fields = ny_http_fields_bytes(response);
    reply->fields_length = response->fields_length;
    if (response->bytes) {
        reply->body = response->bytes;
        reply->body_length = response->bytes_length;
    } else if (response->body) {
        reply->body = ny_as_string(response->body)->bytes;
        reply->body_length = ny_as_string(response->body)->byte_length;
    }
    if (NY_UNLIKELY(reply->status == 205)) reply->body_length = 0; /* RFC 9110 section 15.3.6 */
    if (!response->type_given && reply->body_length)
        reply->type = response->binary ? "application/octet-stream" : "text/plain; charset=utf-8";
    reply->told_length = response->told_length;
    reply->date_given = response->date_given;
}

/* ---- Status ---------------------------------------------------------------------------------- */

static bool set_code(ny_http_response_box *response, int64_t code) {
    if (code < 100 || code > 599) {
        ny_throw_error("ArgumentError", "%lld is not an HTTP status (100 to 599)", (long long)code);
        return false;
    }
    response->status = (uint16_t)code;
    if (response->reason) ny_release(response->reason);
    response->reason = 0;
    return true;
}

ny_word ny_http_response_box_set_status(ny_word me, int64_t code) {
    return set_code(response_of(me), code) ? ny_retain(me) : NY_ERROR;
}

ny_word ny_http_response_box_set_status_reason(ny_word me, int64_t code, ny_word reason) {
    const ny_string *text = ny_as_string(reason);
    if (!ny_http_value_valid(text->bytes, text->byte_length))
        return ny_throw_error("ArgumentError", "a reason phrase with a control character");
    if (!set_code(response_of(me), code)) return NY_ERROR;
    response_of(me)->reason = ny_retain(reason);
    return ny_retain(me);
}

ny_word ny_http_response_box_status(ny_word me) {
    unsigned status = response_of(me)->status;
    return ny_from_small(status ? status : 200);
}

/* ---- Header fields --------------------------------------------------------------------------- */

/* The engine's own fields. True: this one is dealt with and gets no line. */
static bool framing_field(
    ny_http_response_box *response, const char *name, size_t length, const ny_string *value) {
    if (ny_http_same(name, length, "content-length", 14)) {
        int64_t told = 0;
        for (uint32_t i = 0; i < value->byte_length; i++) {
            if (!ny_http_is_digit(value->bytes[i]) || told > INT64_MAX / 16) return true;
            told = told * 10 + (value->bytes[i] - '0');
        }
        response->told_length = value->byte_length ? told + 1 : 0;
        return true;
    }
    if (ny_http_same(name, length, "connection", 10)) {
        const char *from = value->bytes;
        const char *end = from + value->byte_length;
        const char *option;
        size_t option_length;
        bool upgrade = false;
        response->close = false;
        while (ny_http_list_next(&from, end, &option, &option_length)) {
            if (ny_http_same(option, option_length, "close", 5)) response->close = true;
            if (ny_http_same(option, option_length, "upgrade", 7)) upgrade = true;
        }
        return !upgrade;
    }
    if (ny_http_same(name, length, "date", 4)) response->date_given = true;
    if (ny_http_same(name, length, "content-type", 12)) response->type_given = true;
    return ny_http_same(name, length, "transfer-encoding", 17);
}

static ny_word put_header(ny_word me, ny_word name, ny_word value, bool replace) {
    const ny_string *key = ny_as_string(name);
    if (!ny_http_token_valid(key->bytes, key->byte_length))
        return ny_throw_error(
            "ArgumentError", "\"%.*s\" is not a header name", (int)(key->byte_length < 80 ? key->byte_length : 80),
            key->bytes);
    ny_word converted = ny_is_string(value) ? ny_retain(value) : ny_to_string(value);
    if (!converted) return NY_ERROR;
    const ny_string *text = ny_as_string(converted);
    ny_http_response_box *response = response_of(me);
    ny_word result = NY_ERROR;
    if (!ny_http_value_valid(text->bytes, text->byte_length)) {
        ny_throw_error(
            "ArgumentError", "the value of header %.*s has a line break or control character",
            (int)key->byte_length, key->bytes);
    } else {
        if (replace) ny_http_fields_remove(response, key->bytes, key->byte_length);
        if (framing_field(response, key->bytes, key->byte_length, text) ||
            ny_http_fields_add(
                response, key->bytes, key->byte_length, text->bytes, text->byte_length))
            result = ny_retain(me);
    }
    ny_release(converted);
    return result;
}

ny_word ny_http_response_box_set_header(ny_word me, ny_word name, ny_word value) {
    return put_header(me, name, value, true);
}

ny_word ny_http_response_box_add_header(ny_word me, ny_word name, ny_word value) {
    return put_header(me, name, value, false);
}

ny_word ny_http_response_box_remove_header(ny_word me, ny_word name) {
    const ny_string *key = ny_as_string(name);
    ny_http_response_box *response = response_of(me);
    ny_http_fields_remove(response, key->bytes, key->byte_length);
    if (ny_http_same(key->bytes, key->byte_length, "connection", 10)) response->close = false;
    if (ny_http_same(key->bytes, key->byte_length, "date", 4)) response->date_given = false;
    if (ny_http_same(key->bytes, key->byte_length, "content-type", 12))
        response->type_given = false;
    return ny_retain(me);
}

ny_word ny_http_response_box_header(ny_word me, ny_word name) {
    const ny_string *key = ny_as_string(name);
    size_t length;
    const char *value =
        ny_http_fields_find(response_of(me), key->bytes, key->byte_length, &length);
    return value ? ny_string_from_untrusted(value, length) : NY_NULL;
}

/* `type` is a constant of this file: nothing to check. */
static bool set_type(ny_http_response_box *response, const char *type, size_t length) {
    if (response->type_given) ny_http_fields_remove(response, "content-type", 12);
    response->type_given = true;
    return ny_http_fields_add(response, "Content-Type", 12, type, length);
}

ny_word ny_http_response_box_set_content_type(ny_word me, ny_word type) {
    static ny_string name = NY_HTTP_CONSTANT_STRING("Content-Type");
    return put_header(me, ny_from_box(&name), type, true);
}

/* ---- Body ------------------------------------------------------------------------------------ */

static bool add_bytes(ny_http_response_box *response, const char *bytes, size_t count) {
    size_t wanted = response->bytes_length + count;
    if (wanted > response->bytes_room || !response->bytes) {
        size_t room = response->bytes ? response->bytes_room : 256;
        while (room < wanted) room *= 2;
        char *block = response->bytes
                          ? ny_memory_resize(response->bytes, response->bytes_room, room)
                          : ny_memory_get(room);
        if (!block) {
            ny_throw_error("OutOfMemoryError", "no memory for a body of %zu bytes", wanted);
            return false;
        }
        response->bytes = block;
        response->bytes_room = room;
    }
    if (count) memcpy(response->bytes + response->bytes_length, bytes, count);
    response->bytes_length = wanted;
    return true;
}

static bool is_buffer(ny_word value) {
    return ny_is_box(value) && ny_as_box(value)->class_id == NY_CLASS_BUFFER;
}

bool ny_http_response_box_fill(ny_http_response_box *response, ny_word body) {
    if (is_buffer(body)) {
        size_t length;
        const char *bytes = ny_buffer_bytes(body, &length);
        ny_http_response_box_drop_body(response);
        response->binary = true;
        return add_bytes(response, bytes, length);
    }
    if (body == NY_NULL) {
        ny_http_response_box_drop_body(response);
        return true;
    }
    ny_word text = ny_is_string(body) ? ny_retain(body) : ny_to_string(body);
    if (!text) return false;
    ny_http_response_box_drop_body(response);
    response->body = text;
    return true;
}

ny_word ny_http_response_box_set_body(ny_word me, ny_word body) {
    return ny_http_response_box_fill(response_of(me), body) ? ny_retain(me) : NY_ERROR;
}

ny_word ny_http_response_box_append_body(ny_word me, ny_word more) {
    ny_http_response_box *response = response_of(me);
    if (response->content)
        return ny_throw_error("StateError", "appendBody: the body is a file or a stream");
    if (!response->body && !response->bytes)
        return ny_http_response_box_set_body(me, more);
    ny_word text = ny_is_string(more) || is_buffer(more) ? ny_retain(more) : ny_to_string(more);
    if (!text) return NY_ERROR;
    bool fine = true;
    if (response->body) { /* what was held becomes ours to grow */
        const ny_string *held = ny_as_string(response->body);
        fine = add_bytes(response, held->bytes, held->byte_length);
        ny_release(response->body);
        response->body = 0;
    }
    size_t length;
    const char *bytes;
    if (is_buffer(text)) {
        bytes = ny_buffer_bytes(text, &length);
    } else {
        bytes = ny_as_string(text)->bytes;
        length = ny_as_string(text)->byte_length;
    }
    fine = fine && add_bytes(response, bytes, length);
    ny_release(text);
    return fine ? ny_retain(me) : NY_ERROR;
}

ny_word ny_http_response_box_body(ny_word me) {
    const ny_http_response_box *response = response_of(me);
    if (response->body) return ny_retain(response->body);
    if (response->bytes) return ny_string_from_untrusted(response->bytes, response->bytes_length);
    if (response->content) return ny_http_content_text(response->content);
    return ny_string_new("", 0);
}

/* ---- Kinds of answers ------------------------------------------------------------------------ */

static ny_word fill_as(ny_word me, ny_word body, const char *type, size_t length) {
    ny_http_response_box *response = response_of(me);
    if (!ny_http_response_box_fill(response, body)) return NY_ERROR;
    return set_type(response, type, length) ? ny_retain(me) : NY_ERROR;
}

#define FILL_AS(me, body, type) fill_as(me, body, type, sizeof(type) - 1)

ny_word ny_http_response_box_text(ny_word me, ny_word body) {
    return FILL_AS(me, body, "text/plain; charset=utf-8");
}

ny_word ny_http_response_box_html(ny_word me, ny_word body) {
    return FILL_AS(me, body, "text/html; charset=utf-8");
}

ny_word ny_http_response_box_json(ny_word me, ny_word text) {
    return FILL_AS(me, text, "application/json");
}

ny_word ny_http_response_box_redirect_with(ny_word me, ny_word location, int64_t code) {
    static ny_string name = NY_HTTP_CONSTANT_STRING("Location");
    if (code < 300 || code > 399)
        return ny_throw_error(
            "ArgumentError", "%lld is not a redirection status (300 to 399)", (long long)code);
    ny_word text = ny_is_string(location) ? ny_retain(location) : ny_to_string(location);
    if (!text) return NY_ERROR;
    ny_word escaped = ny_http_text_uri(text);
    ny_release(text);
    if (!escaped) return NY_ERROR;
    ny_word result = NY_ERROR;
    if (set_code(response_of(me), code)) result = put_header(me, ny_from_box(&name), escaped, true);
    ny_release(escaped);
    return result;
}

ny_word ny_http_response_box_redirect(ny_word me, ny_word location) {
    return ny_http_response_box_redirect_with(me, location, 302);
}

/* The response as it goes out, without Date and Connection, which sendResponse adds. */
ny_word ny_http_response_box_to_http_string(ny_word me) {
    ny_http_reply reply;
    ny_http_response_box_reply(response_of(me), &reply);
    size_t room = ny_http_reply_room(&reply);
    char *text = ny_memory_get(room);
    if (!text) return ny_throw_error("OutOfMemoryError", "no memory for a response");
    size_t length = ny_http_reply_write(&reply, text);
    ny_word result = ny_string_from_untrusted(text, length);
    ny_memory_free(text, room);
    return result;
}
