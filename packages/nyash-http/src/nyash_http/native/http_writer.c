/* http_writer.c: see http_writer.h. */
#include "http_writer.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "http_content.h"
#include "http_gzip.h"
#include "http_scan.h"
#include "http_settings.h"
#include "http_status.h"

extern const uint16_t ny_class_id_HTTPWriterBox;

/* "ffffffffffffffff" and its CRLF. */
#define SIZE_LINE 18
#define MOST_TRAILERS 8192

static ny_http_writer *writer_of(ny_word me) { return (ny_http_writer *)ny_as_box(me); }

void ny_http_writer_destroy(ny_box *box) {
    ny_http_writer *writer = (ny_http_writer *)box;
    if (writer->connection) ny_http_connection_release(writer->connection);
    if (writer->response) ny_release(writer->response);
    if (writer->trailers) ny_memory_free(writer->trailers, MOST_TRAILERS);
    if (writer->gzip) ny_http_gzip_stream_close(writer->gzip);
    writer->gzip = NULL;
    writer->connection = NULL;
    writer->response = 0;
    writer->trailers = NULL;
}

/* ---- Sending --------------------------------------------------------------------------------- */

/* What became of a send: false: thrown, and nothing can be written any more. */
static bool sent(ny_http_writer *writer, ptrdiff_t outcome) {
    if (NY_LIKELY(outcome >= 0)) return true;
    writer->gone = true;
    if (writer->connection) writer->connection->finished = true;
    if (outcome == NY_IO_CANCELLED)
        ny_throw_error("CancelledError", "the task was cancelled while it sent a response");
    else if (outcome == NY_IO_TIMEOUT)
        ny_throw_error("IOError", "the client takes the response too slowly");
    else
        ny_throw_error("IOError", "the client is gone");
    return false;
}

/* Behind what waits to be sent; short runs join it. False: thrown. */
static bool put(ny_http_writer *writer, const char *first, size_t first_count, const char *second,
                size_t second_count) {
    ny_socket *socket = writer->connection->socket;
    if (!socket) return sent(writer, NY_IO_CLOSED);
    char *room = ny_socket_defer_room(socket, first_count + second_count);
    if (room) {
        if (first_count) memcpy(room, first, first_count);
        if (second_count) memcpy(room + first_count, second, second_count);
        ny_socket_defer(socket, first_count + second_count);
        return true;
    }
    int64_t deadline = ny_http_connection_patience(writer->connection, first_count + second_count);
    return sent(writer, ny_socket_send_parts(
                            socket, first, first_count, second, second_count, deadline));
}

/* As a chunk where the body is chunked. False: thrown. */
static bool put_content(void *context, const char *bytes, size_t count) {
    ny_http_writer *writer = context;
    if (!writer->chunked) return put(writer, bytes, count, NULL, 0);
    char line[SIZE_LINE + 1];
    size_t length = (size_t)snprintf(line, sizeof line, "%zx\r\n", count);
    ny_socket *socket = writer->connection->socket;
    char *room = socket ? ny_socket_defer_room(socket, length + count + 2) : NULL;
    if (room) {
        memcpy(room, line, length);
        memcpy(room + length, bytes, count);
        memcpy(room + length + count, "\r\n", 2);
        ny_socket_defer(socket, length + count + 2);
        return true;
    }
    /* The size goes behind what waits, so that all of it leaves in one write, uncopied. */
    if (!put(writer, line, length, NULL, 0)) return false;
    if (!writer->connection->socket) return sent(writer, NY_IO_CLOSED);
    int64_t deadline = ny_http_connection_patience(writer->connection, count);
    return sent(writer, ny_socket_send_parts(
                            writer->connection->socket, bytes, count, "\r\n", 2, deadline));
}

static bool send_head(ny_http_writer *writer) {
    const ny_http_response_box *response =
        (const ny_http_response_box *)ny_as_box(writer->response);
    ny_http_connection *connection = writer->connection;
    ny_http_reply reply;
    ny_http_response_box_reply(response, &reply);
    if (!response->type_given) reply.type = "application/octet-stream";
    bool close = response->close;
    reply.body = NULL;
    reply.body_length = 0;
    if (reply.told_length > 0) writer->left = reply.told_length - 1;
    if (ny_http_gzip_streamed(connection, response, &reply)) {
        writer->gzip = ny_http_gzip_stream_open((int)connection->settings->gzip_level,
                                                connection->settings->gzip_streams, put_content,
                                                writer);
        if (writer->gzip) ny_http_gzip_say(&reply);
    }
    if (reply.told_length > 0) {
        reply.body_length = (size_t)(reply.told_length - 1);
    } else if (connection->minor > 0) {
        reply.framing = NY_HTTP_IN_CHUNKS;
        writer->chunked = true;
    } else {
        reply.framing = NY_HTTP_UNTIL_CLOSE;
        close = true;
    }
    writer->stays = ny_http_connection_begin_answer(connection, &reply, close);
    size_t room = ny_http_reply_head_room(&reply);
    char *head = ny_memory_get(room);
    if (!head) {
        connection->finished = true;
        ny_throw_error("OutOfMemoryError", "no memory for a response");
        return false;
    }
    writer->head_sent = true;
    bool fine = put(writer, head, ny_http_reply_write_head(&reply, head), NULL, 0);
    ny_memory_free(head, room);
    return fine;
}

static bool put_piece(ny_http_writer *writer, const char *bytes, size_t count) {
    if (!writer->head_sent && !send_head(writer)) return false;
    if (count == 0) return true;
    if (writer->left >= 0 && (int64_t)count > writer->left) {
        ny_throw_error("StateError", "write: %zu bytes, but Content-Length leaves %lld", count,
                       (long long)writer->left);
        return false;
    }
    if (writer->left >= 0) writer->left -= (int64_t)count;
    if (!writer->gzip) return put_content(writer, bytes, count);
    if (ny_http_gzip_stream_write(writer->gzip, bytes, count)) return true;
    writer->gone = writer->connection->finished = true; /* also where the task was cancelled in between */
    return false;
}

/* ---- Natives --------------------------------------------------------------------------------- */

/* False: thrown. */
static bool may_write(const ny_http_writer *writer) {
    if (!writer->connection)
        ny_throw_error("StateError", "the response is complete: nothing can be written any more");
    else if (writer->gone)
        ny_throw_error("IOError", "the client is gone");
    else if (writer->busy)
        ny_throw_error("StateError", "another task is writing to this response");
    else
        return true;
    return false;
}

/* The bytes of a String, a BufferBox (whose copy this is, for others may change it meanwhile), or of
   what toString() gives. Owned; NY_ERROR: thrown. */
static ny_word bytes_of(ny_word data, const char **bytes, size_t *count) {
    ny_word kept;
    if (ny_is_box(data) && ny_as_box(data)->class_id == NY_CLASS_BUFFER) {
        *bytes = ny_buffer_bytes(data, count);
        kept = ny_buffer_of(*bytes, *count);
        if (kept) *bytes = ny_buffer_bytes(kept, count);
        return kept;
    }
    kept = ny_is_string(data) ? ny_retain(data) : ny_to_string(data);
    if (!kept) return NY_ERROR;
    *bytes = ny_as_string(kept)->bytes;
    *count = ny_as_string(kept)->byte_length;
    return kept;
}

ny_word ny_http_writer_write(ny_word me, ny_word data) {
    ny_http_writer *writer = writer_of(me);
    const char *bytes;
    size_t count;
    ny_word kept = bytes_of(data, &bytes, &count);
    if (!kept) return NY_ERROR;
    bool fine = may_write(writer);
    if (fine) {
        writer->busy = true;
        fine = put_piece(writer, bytes, count);
        writer->busy = false;
    }
    ny_release(kept);
    return fine ? ny_retain(me) : NY_ERROR;
}

ny_word ny_http_writer_flush(ny_word me) {
    ny_http_writer *writer = writer_of(me);
    if (!may_write(writer)) return NY_ERROR;
    writer->busy = true;
    bool fine = put_piece(writer, NULL, 0);
    if (fine) {
        ny_socket *socket = writer->connection->socket;
        int64_t deadline = ny_http_connection_patience(writer->connection, 0);
        fine = sent(writer, socket ? ny_socket_send(socket, NULL, 0, deadline) : NY_IO_CLOSED);
    }
    writer->busy = false;
    return fine ? ny_retain(me) : NY_ERROR;
}

/* A client that has ended its own side counts as gone: who waits for a stream keeps it open. */
bool ny_http_writer_is_open(ny_word me) {
    const ny_http_writer *writer = writer_of(me);
    if (!writer->connection || !writer->connection->socket || writer->gone || ny_worker_stopping())
        return false;
    struct pollfd descriptor = {
        .fd = ny_socket_descriptor(writer->connection->socket), .events = POLLRDHUP};
    return poll(&descriptor, 1, 0) == 0;
}

/* What frames, routes or describes the message must come before it (RFC 9110 section 6.5.1). */
static bool may_trail(const char *name, size_t length) {
    static const char *const others[] = {
        "content-length", "transfer-encoding", "host",      "trailer",      "content-encoding",
        "content-type",   "content-range",     "te",        "connection",   "set-cookie",
        "authorization",  "www-authenticate",  "cache-control", "expires",  "location",
        "max-forwards",   "date",              "vary",      "age",          "upgrade",
        "proxy-authenticate", "proxy-authorization", "proxy-connection", "keep-alive", "retry-after",
        "pragma",         "range",             "if-range",  "if-match",     "if-none-match",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (ny_http_same(name, length, others[i], strlen(others[i]))) return false;
    return true;
}

ny_word ny_http_writer_set_trailer(ny_word me, ny_word name, ny_word value) {
    ny_http_writer *writer = writer_of(me);
    const ny_string *key = ny_as_string(name);
    const ny_string *text = ny_as_string(value);
    if (!may_write(writer)) return NY_ERROR;
    if (!ny_http_token_valid(key->bytes, key->byte_length) ||
        !may_trail(key->bytes, key->byte_length) ||
        !ny_http_value_valid(text->bytes, text->byte_length))
        return ny_throw_error("ArgumentError", "this field cannot be a trailer");
    size_t wanted = (size_t)writer->trailers_length + key->byte_length + text->byte_length + 4;
    if (wanted > MOST_TRAILERS)
        return ny_throw_error("ArgumentError", "more than %d bytes of trailers", MOST_TRAILERS);
    if (!writer->trailers) {
        writer->trailers = ny_memory_get(MOST_TRAILERS);
        if (!writer->trailers) return ny_throw_error("OutOfMemoryError", "no memory for trailers");
    }
    char *out = writer->trailers + writer->trailers_length;
    memcpy(out, key->bytes, key->byte_length);
    memcpy(out += key->byte_length, ": ", 2);
    memcpy(out += 2, text->bytes, text->byte_length);
    memcpy(out + text->byte_length, "\r\n", 2);
    writer->trailers_length = (uint32_t)wanted;
    return ny_retain(me);
}

ny_word ny_http_response_box_stream(ny_word me, ny_word producer) {
    ny_http_content *content = ny_http_content_of((ny_http_response_box *)ny_as_box(me));
    if (!content) return NY_ERROR;
    content->producer = ny_retain(producer);
    return ny_retain(me);
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* The producer has returned: what still belongs to the message. False: thrown. */
static bool complete(ny_http_writer *writer) {
    if (writer->gone) return true;
    if (writer->left > 0) {
        ny_throw_error("StateError", "the response ended %lld bytes before its Content-Length",
                       (long long)writer->left);
        return false;
    }
    if (writer->gzip && !ny_http_gzip_stream_end(writer->gzip)) return false;
    if (!writer->chunked) return true;
    return put(writer, "0\r\n", 3, writer->trailers, writer->trailers_length) &&
           put(writer, "\r\n", 2, NULL, 0);
}

/* Nothing was written: the response as it is, without a body. */
static bool send_empty(ny_http_writer *writer) {
    const ny_http_response_box *response =
        (const ny_http_response_box *)ny_as_box(writer->response);
    ny_http_reply reply;
    ny_http_response_box_reply(response, &reply);
    if (writer->connection->head_only && reply.status != 205) { /* what GET would have had */
        if (!response->type_given) reply.type = "application/octet-stream";
        if (ny_http_gzip_streamed(writer->connection, response, &reply)) ny_http_gzip_say(&reply);
        if (!reply.told_length)
            reply.framing = writer->connection->minor > 0 ? NY_HTTP_IN_CHUNKS : NY_HTTP_UNTIL_CLOSE;
    }
    return ny_http_connection_send(writer->connection, &reply, NY_NULL, response->close);
}

ny_word ny_http_writer_run(ny_http_connection *connection, ny_word response, ny_word producer) {
    ny_word me = ny_from_box(ny_box_new_id(ny_class_id_HTTPWriterBox));
    if (!me) return NY_ERROR;
    ny_http_writer *writer = writer_of(me);
    writer->connection = ny_http_connection_hold(connection);
    writer->response = ny_retain(response);
    writer->left = -1;
    unsigned status = ((ny_http_response_box *)ny_as_box(response))->status;
    bool bodiless = connection->head_only || status == 205 ||
                    ny_http_status_bodiless(status ? status : 200);
    connection->sending = true;
    ny_word outcome = bodiless ? NY_NULL : ny_call(producer, 1, &me);
    if (outcome) ny_release(outcome);
    bool fine = outcome != NY_ERROR, stays = false;
    if (fine && writer->head_sent) fine = complete(writer);
    connection->sending = false;
    if (fine && !writer->head_sent) {
        stays = send_empty(writer);
    } else if (writer->head_sent) {
        stays = ny_http_connection_end_answer(connection, fine && !writer->gone) && writer->stays;
        if (!fine && writer->gone) {
            ny_word error = ny_error_take();
            if (error) ny_release(error);
            fine = true;
        }
    }
    /* It may outlive this call in the program's hands. */
    ny_http_connection_release(connection);
    writer->connection = NULL;
    if (writer->gzip) ny_http_gzip_stream_close(writer->gzip);
    writer->gzip = NULL;
    ny_release(me);
    return fine ? ny_from_bool(stays) : NY_ERROR;
}
