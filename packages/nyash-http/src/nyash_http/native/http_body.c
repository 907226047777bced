/* http_body.c: see http_body.h. */
#include "http_body.h"

#include <string.h>

#include "http_pattern.h"
#include "http_request_box.h"
#include "http_settings.h"
#include "http_urlencoded.h"

/* What one read may give; the kernel's buffers are larger, smaller ones cost more calls. */
#define PIECE (64 << 10)

/* ---- Beginning and end ----------------------------------------------------------------------- */

bool ny_http_body_streams(const ny_http_connection *connection) {
    char decoded[1024];
    const ny_http_request *head = &connection->message.head;
    const char *path = connection->input->bytes + connection->start + head->path.start;
    size_t length = head->path.length;
    if (head->flags & NY_HTTP_ESCAPED) {
        if (length > sizeof decoded) return false;
        length = ny_http_unescape_segments(decoded, path, length);
        path = decoded;
    }
    const ny_string text = {.bytes = path, .byte_length = (uint32_t)length};
    ny_word patterns = connection->settings->streamed;
    for (size_t i = 0; i < ny_array_count(patterns); i++)
        if (ny_http_pattern_fits(ny_as_string(ny_array_at(patterns, i)), &text, NULL, NULL, NULL))
            return true;
    return false;
}

bool ny_http_body_begin(ny_http_connection *connection) {
    const ny_http_request *head = &connection->message.head;
    ny_http_body *body = ny_memory_get(sizeof *body);
    if (!body) return false;
    *body = (ny_http_body){
        .left = head->content_length,
        .framing = head->framing,
        .expected = (head->flags & NY_HTTP_EXPECT_CONTINUE) &&
                    ny_http_connection_bytes(connection) == head->head_length,
    };
    connection->body = body;
    return true;
}

void ny_http_body_free(ny_http_connection *connection) {
    ny_memory_free(connection->body, sizeof *connection->body);
    connection->body = NULL;
}

bool ny_http_body_skip(ny_http_connection *connection) {
    const ny_http_body *body = connection->body;
    if (body->framing != NY_HTTP_LENGTH || body->status ||
        ny_http_connection_bytes(connection) < body->left)
        return false;
    connection->start += (uint32_t)body->left;
    ny_http_body_free(connection);
    return true;
}

bool ny_http_body_refused(ny_http_connection *connection) {
    unsigned status = connection->body->status;
    const char *complaint = connection->body->complaint;
    if (!status) return false;
    ny_http_body_free(connection);
    ny_http_connection_refuse(connection, status, complaint);
    return true;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Room behind what is there; bytes that were not taken move along. */
static bool make_room(ny_http_connection *connection) {
    ny_http_slab *slab = connection->input;
    size_t have = ny_http_connection_bytes(connection);
    if (slab && slab->holders == 1 && have == 0 && slab->capacity >= PIECE / 2) {
        slab->filled = connection->start = 0;
        return true;
    }
    if (slab && slab->filled < slab->capacity) return true;
    ny_http_slab *fresh = ny_http_slab_get(have + PIECE);
    if (!fresh) return false;
    if (have) memcpy(fresh->bytes, slab->bytes + connection->start, have);
    if (slab) ny_http_slab_release(slab);
    fresh->filled = (uint32_t)have;
    connection->input = fresh;
    connection->start = 0;
    return true;
}

/* Decodes what is there. The bytes of the body among it; `*ended`: that was the last of it. */
static size_t decode(
    ny_http_connection *connection, ny_http_request_box *request, char **bytes, bool *ended) {
    ny_http_body *body = connection->body;
    ny_http_slab *slab = connection->input;
    size_t there = ny_http_connection_bytes(connection);
    if (there == 0) return 0;
    *bytes = slab->bytes + connection->start;
    if (body->framing == NY_HTTP_LENGTH) {
        size_t count = there < body->left ? there : (size_t)body->left;
        body->left -= count;
        connection->start += (uint32_t)count;
        *ended = body->left == 0;
        return count;
    }
    ny_http_limits limits = connection->settings->limits;
    limits.body = connection->settings->streamed_body;
    /* Trailer lines stay in front until all have come. */
    size_t read = connection->start + body->chunked.trailers, written = connection->start;
    int outcome = ny_http_chunked_decode(
        &body->chunked, slab->bytes, &read, &written, slab->filled, &limits);
    size_t count = written - connection->start;
    connection->start = (uint32_t)(read - body->chunked.trailers);
    if (outcome == NY_HTTP_BAD) {
        body->status = body->chunked.status;
        body->complaint = body->chunked.complaint;
        return 0;
    }
    *ended = outcome == 1;
    if (*ended) {
        request->trailer_slab = ny_http_slab_hold(slab);
        request->trailers = slab->bytes + connection->start;
        connection->start = (uint32_t)read;
    }
    return count;
}

/* False: thrown. */
static bool receive(ny_http_connection *connection) {
    ny_http_body *body = connection->body;
    const ny_http_settings *settings = connection->settings;
    if (body->expected) {
        static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
        body->expected = false;
        ny_socket_send(connection->socket, interim, sizeof interim - 1,
                       ny_http_connection_patience(connection, sizeof interim));
        if (!connection->socket) goto gone;
    }
    if (body->deadline == 0) body->deadline = ny_clock_ms() + settings->body_timeout_ms;
    if (!make_room(connection)) {
        ny_throw_error("OutOfMemoryError", "no memory for a body");
        return false;
    }
    ny_http_slab *slab = connection->input;
    ptrdiff_t count = ny_socket_receive(connection->socket, slab->bytes + slab->filled,
                                        slab->capacity - slab->filled, body->deadline);
    if (!connection->socket) goto gone;
    if (count > 0) {
        slab->filled += (uint32_t)count;
        body->deadline += count * 1000 / settings->body_rate;
        return true;
    }
    if (count == NY_IO_CANCELLED) {
        ny_throw_error("CancelledError", "the task was cancelled while it read a body");
        return false;
    }
    if (count == NY_IO_TIMEOUT) {
        body->status = 408;
        body->complaint = "the body came too slowly";
        return true;
    }
gone:
    connection->finished = true;
    ny_throw_error("IOError", "the client is gone before the end of the body");
    return false;
}

static ny_word read_piece(ny_http_connection *connection, ny_http_request_box *request) {
    for (;;) {
        char *bytes;
        bool ended = false;
        size_t count = connection->body->status ? 0 : decode(connection, request, &bytes, &ended);
        if (connection->body->status)
            return ny_throw_error("IOError", "%s (%u)", connection->body->complaint,
                                  connection->body->status);
        if (ended) {
            ny_http_body_free(connection);
            request->all_read = true;
        }
        if (count > 0) return ny_buffer_of(bytes, count);
        if (ended) return NY_NULL;
        if (!receive(connection)) return NY_ERROR;
    }
}

ny_word ny_http_request_box_read(ny_word me) {
    ny_http_request_box *request = (ny_http_request_box *)ny_as_box(me);
    ny_http_connection *connection = request->connection;
    if (request->all_read || !request->slab) return NY_NULL;
    if (!request->streamed) { /* it has come already */
        request->all_read = true;
        return request->body_length
                   ? ny_buffer_of(request->bytes + request->head.head_length, request->body_length)
                   : NY_NULL;
    }
    if (!connection || !connection->socket || connection->current != request || !connection->body)
        return ny_throw_error(
            "IOError", "the rest of the body is lost: the request is answered, or the client left");
    if (connection->reading)
        return ny_throw_error("StateError", "another task is reading this body");
    connection->reading = true;
    ny_http_connection_hold(connection);
    ny_retain(me);
    ny_word piece = read_piece(connection, request);
    connection->reading = false;
    ny_http_connection_release(connection);
    ny_release(me);
    return piece;
}
