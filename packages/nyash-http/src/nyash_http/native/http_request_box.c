/* http_request_box.c: HTTPRequestBox (declared in boxes/request.nyash). */
#include "http_request_box.h"

#include <string.h>

#include "http_pattern.h"
#include "http_scan.h"
#include "http_settings.h"
#include "http_text.h"
#include "http_urlencoded.h"

extern const uint16_t ny_class_id_HTTPRequestBox;

/* ---- Life ------------------------------------------------------------------------------------ */

static ny_http_request_box *new_box(
    ny_http_slab *slab, uint32_t start, const ny_http_message *message) {
    ny_http_request_box *request =
        (ny_http_request_box *)ny_box_new_id(ny_class_id_HTTPRequestBox);
    if (!request) return NULL;
    request->slab = ny_http_slab_hold(slab);
    request->bytes = slab->bytes + start;
    request->body_length = message->body_length;
    request->head = message->head;
    if (NY_UNLIKELY(message->chunked.trailers > 2))
        request->trailers = request->bytes + message->read - message->chunked.trailers;
    return request;
}

ny_word ny_http_request_box_new(ny_http_connection *connection) {
    ny_http_request_box *request =
        new_box(connection->input, connection->start, &connection->message);
    if (!request) return NY_ERROR;
    request->connection = ny_http_connection_hold(connection);
    request->streamed = connection->body != NULL;
    connection->current = request;
    return ny_from_box(request);
}

void ny_http_request_box_destroy(ny_box *box) {
    ny_http_request_box *request = (ny_http_request_box *)box;
    if (request->slab) ny_http_slab_release(request->slab);
    if (request->trailer_slab) ny_http_slab_release(request->trailer_slab);
    if (request->connection) {
        if (request->connection->current == request) request->connection->current = NULL;
        ny_http_connection_release(request->connection);
    }
    if (request->path) ny_release(request->path);
    if (request->body) ny_release(request->body);
    if (request->params) ny_release(request->params);
    if (request->pattern) ny_release(request->pattern);
    request->slab = request->trailer_slab = NULL;
    request->trailers = NULL;
    request->connection = NULL;
    request->path = request->body = request->params = request->pattern = 0;
}

void ny_http_request_box_visit(ny_box *box, void (*show)(ny_word, void *), void *context) {
    ny_http_request_box *request = (ny_http_request_box *)box;
    if (request->params) show(request->params, context);
}

/* A request from text, for tests of handlers. */
ny_word ny_http_request_box_parse(ny_word text) {
    const ny_string *string = ny_as_string(text);
    ny_http_slab *slab = ny_http_slab_get(string->byte_length);
    if (!slab) return ny_throw_error("OutOfMemoryError", "no memory for a request");
    memcpy(slab->bytes, string->bytes, string->byte_length);
    slab->filled = string->byte_length;
    ny_http_message message = {0};
    ptrdiff_t taken = ny_http_message_parse(
        &message, slab->bytes, slab->filled, &ny_http_settings_get()->limits);
    ny_word result = NY_ERROR;
    if (taken > 0)
        result = ny_from_box(new_box(slab, 0, &message));
    else if (taken == NY_HTTP_BAD)
        ny_throw_error("ParseError", "%s (%u)", message.head.complaint, message.head.status);
    else
        ny_throw_error("ParseError", "the request is not complete");
    ny_http_slab_release(slab);
    return result;
}

/* ---- Request line ---------------------------------------------------------------------------- */

ny_word ny_http_request_box_method(ny_word me) {
    static ny_string names[] = {
        [NY_HTTP_GET] = NY_HTTP_CONSTANT_STRING("GET"),
        [NY_HTTP_HEAD] = NY_HTTP_CONSTANT_STRING("HEAD"),
        [NY_HTTP_POST] = NY_HTTP_CONSTANT_STRING("POST"),
        [NY_HTTP_PUT] = NY_HTTP_CONSTANT_STRING("PUT"),
        [NY_HTTP_DELETE] = NY_HTTP_CONSTANT_STRING("DELETE"),
        [NY_HTTP_PATCH] = NY_HTTP_CONSTANT_STRING("PATCH"),
        [NY_HTTP_OPTIONS] = NY_HTTP_CONSTANT_STRING("OPTIONS"),
        [NY_HTTP_TRACE] = NY_HTTP_CONSTANT_STRING("TRACE"),
    };
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    const ny_http_request *head = &request->head;
    if (NY_LIKELY(head->method_id < NY_HTTP_OTHER_METHOD))
        return ny_retain(ny_from_box(&names[head->method_id]));
    return ny_string_new(request->bytes + head->method.start, head->method.length);
}

ny_word ny_http_request_box_version(ny_word me) {
    static ny_string versions[] = {
        NY_HTTP_CONSTANT_STRING("HTTP/1.0"), NY_HTTP_CONSTANT_STRING("HTTP/1.1")};
    const ny_http_request_box *request = ny_http_request_received(me);
    return request ? ny_retain(ny_from_box(&versions[request->head.minor])) : NY_ERROR;
}

ny_word ny_http_request_box_path(ny_word me) {
    ny_http_request_box *request = (ny_http_request_box *)(uintptr_t)ny_http_request_received(me);
    if (!request) return NY_ERROR;
    if (!request->path) {
        static ny_string root = NY_HTTP_CONSTANT_STRING("/");
        const ny_http_slice path = request->head.path;
        const char *text = request->bytes + path.start;
        if (path.length == 0) /* absolute form without a path (RFC 9110 section 4.2.3) */
            request->path = ny_retain(ny_from_box(&root));
        else if (NY_LIKELY(!(request->head.flags & NY_HTTP_ESCAPED)))
            request->path = ny_string_new(text, path.length);
        else
            request->path = ny_http_text_decoded(text, path.length, false);
    }
    return request->path ? ny_retain(request->path) : NY_ERROR;
}

/* %2F or %2f. */
static bool escapes_slash(const char *at, const char *end) {
    while ((at = memchr(at, '%', (size_t)(end - at))) != NULL) {
        if (at[1] == '2' && (at[2] | 0x20) == 'f') return true;
        at += 3; /* the parser has seen to it that each has two digits */
    }
    return false;
}

ny_word ny_http_request_box_segments(ny_word me) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    if (NY_LIKELY(!(request->head.flags & NY_HTTP_ESCAPED)))
        return request->path ? ny_retain(request->path) : ny_http_request_box_path(me);
    const ny_http_slice path = request->head.path;
    const char *text = request->bytes + path.start;
    return escapes_slash(text, text + path.length) ? ny_http_text_segments(text, path.length)
                                                   : ny_http_request_box_path(me);
}

ny_word ny_http_request_box_target(ny_word me) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    const ny_http_slice path = request->head.path, query = request->head.query;
    if (path.length == 0) /* absolute form without a path */
        return ny_string_format(query.length ? "/?%.*s" : "/", (int)query.length,
                                request->bytes + query.start);
    return ny_string_new(request->bytes + path.start,
                         query.length ? query.start + query.length - path.start : path.length);
}

ny_word ny_http_request_box_query_string(ny_word me) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    const ny_http_slice query = request->head.query;
    return ny_string_new(request->bytes + query.start, query.length);
}

ny_word ny_http_request_box_query_or(ny_word me, ny_word name, ny_word otherwise) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    const ny_string *wanted = ny_as_string(name);
    const char *from = request->bytes + request->head.query.start;
    const char *end = from + request->head.query.length;
    ny_http_pair pair;
    while (ny_http_pair_next(&from, end, '&', &pair))
        if (ny_http_unescapes_to(
                pair.name, pair.name_length, true, wanted->bytes, wanted->byte_length))
            return ny_http_text_decoded(pair.value, pair.value_length, true);
    return ny_retain(otherwise);
}

ny_word ny_http_request_box_query(ny_word me, ny_word name) {
    return ny_http_request_box_query_or(me, name, NY_NULL);
}

/* ---- Body ------------------------------------------------------------------------------------ */

ny_word ny_http_request_box_content_length(ny_word me) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    if (NY_LIKELY(!request->streamed)) return ny_from_small(request->body_length);
    return ny_from_integer(
        request->head.framing == NY_HTTP_LENGTH ? (int64_t)request->head.content_length : -1);
}

static NY_COLD ny_word streamed(void) {
    return ny_throw_error(
        "StateError", "the body of this request is not kept (streamBody): read() gives its pieces");
}

ny_word ny_http_request_box_body(ny_word me) {
    ny_http_request_box *request = (ny_http_request_box *)(uintptr_t)ny_http_request_received(me);
    if (!request) return NY_ERROR;
    if (NY_UNLIKELY(request->streamed)) return streamed();
    if (!request->body)
        request->body = ny_string_from_untrusted(
            request->bytes + request->head.head_length, request->body_length);
    return request->body ? ny_retain(request->body) : NY_ERROR;
}

ny_word ny_http_request_box_body_bytes(ny_word me) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    if (NY_UNLIKELY(request->streamed)) return streamed();
    return ny_buffer_of(request->bytes + request->head.head_length, request->body_length);
}

/* The first value of each name of a form body; empty for other bodies. */
ny_word ny_http_request_box_form(ny_word me) {
    static const char type[] = "application/x-www-form-urlencoded";
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    ny_word map = ny_map_empty();
    if (!map) return NY_ERROR;
    uint32_t place = request->head.headers;
    ny_http_field field;
    if (!ny_http_request_find_field(request, &place, "content-type", 12, &field) ||
        field.value_length < sizeof type - 1 ||
        !ny_http_same(field.value, sizeof type - 1, type, sizeof type - 1))
        return map;
    const char *from = request->bytes + request->head.head_length;
    const char *end = from + request->body_length;
    ny_http_pair pair;
    while (ny_http_pair_next(&from, end, '&', &pair)) {
        ny_word name = ny_http_text_decoded(pair.name, pair.name_length, true);
        if (!name) goto failed;
        if (ny_map_find(map, name)) {
            ny_release(name);
            continue;
        }
        ny_word value = ny_http_text_decoded(pair.value, pair.value_length, true);
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

/* ---- Around the request ---------------------------------------------------------------------- */

ny_word ny_http_request_box_matches_path(ny_word me, ny_word pattern) {
    ny_word path = ny_http_request_box_segments(me);
    if (!path) return NY_ERROR;
    bool fits = ny_http_pattern_fits(ny_as_string(pattern), ny_as_string(path), NULL, NULL, NULL);
    ny_release(path);
    if (fits) ny_http_request_box_set_pattern(me, pattern);
    return ny_from_bool(fits);
}

void ny_http_request_box_set_pattern(ny_word me, ny_word pattern) {
    ny_http_request_box *request = (ny_http_request_box *)ny_as_box(me);
    ny_word before = request->pattern;
    request->pattern = ny_retain(pattern);
    if (before) ny_release(before);
}

ny_word ny_http_request_box_get_pattern(ny_word me) {
    const ny_http_request_box *request = (ny_http_request_box *)ny_as_box(me);
    return request->pattern ? ny_retain(request->pattern) : NY_NULL;
}

/* A String of what a pattern found; NUL stands for an escaped slash. */
static ny_word with_slashes(const char *value, size_t length) {
    char *text = ny_memory_get(length);
    if (!text) return ny_throw_error("OutOfMemoryError", "no memory for a parameter");
    for (size_t i = 0; i < length; i++) text[i] = value[i] ? value[i] : '/';
    ny_word found = ny_string_new(text, length);
    ny_memory_free(text, length);
    return found;
}

ny_word ny_http_request_box_param(ny_word me, ny_word name) {
    const ny_http_request_box *request = (ny_http_request_box *)ny_as_box(me);
    ny_word set = request->params ? ny_map_find(request->params, name) : NY_ERROR;
    if (set) return ny_retain(set);
    if (!request->pattern) return NY_NULL;
    ny_word path = ny_http_request_box_segments(me);
    if (!path) return NY_ERROR;
    const char *value = NULL;
    size_t length = 0;
    ny_http_pattern_fits(
        ny_as_string(request->pattern), ny_as_string(path), ny_as_string(name), &value, &length);
    bool escaped = request->head.flags & NY_HTTP_ESCAPED;
    ny_word found = !value                               ? NY_NULL
                    : escaped && memchr(value, 0, length) ? with_slashes(value, length)
                                                          : ny_string_new(value, length);
    ny_release(path);
    return found;
}

ny_word ny_http_request_box_set_param(ny_word me, ny_word name, ny_word value) {
    ny_http_request_box *request = (ny_http_request_box *)ny_as_box(me);
    if (!request->params && !(request->params = ny_map_empty())) return NY_ERROR;
    if (!ny_map_put(request->params, ny_retain(name), ny_retain(value))) return NY_ERROR;
    return ny_retain(me);
}

/* Null when the connection was closed before anyone asked, and for parsed text. */
ny_word ny_http_request_box_remote_address(ny_word me) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    ny_http_connection *connection = request->connection;
    if (!connection) return NY_NULL;
    if (connection->peer == NY_NULL && connection->socket) {
        ny_word peer = ny_socket_peer(connection->socket);
        if (!peer) return NY_ERROR;
        connection->peer = peer;
    }
    return ny_retain(connection->peer);
}

ny_word ny_http_request_box_keep_alive(ny_word me) {
    const ny_http_request_box *request = ny_http_request_received(me);
    if (!request) return NY_ERROR;
    unsigned flags = request->head.flags;
    return ny_from_bool(
        !(flags & NY_HTTP_CLOSE) && (request->head.minor > 0 || (flags & NY_HTTP_KEEP_ALIVE)));
}
