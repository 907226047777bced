/* http_socket.c: readRequest, sendResponse and sendRequest of SocketBox (declared in
   boxes/socket.nyash). */
#include "http_socket.h"

#include <string.h>

#include "http_body.h"
#include "http_connection.h"
#include "http_content.h"
#include "http_gzip.h"
#include "http_request_box.h"
#include "http_response_box.h"
#include "http_scan.h"
#include "http_settings.h"
#include "http_text.h"

extern const uint16_t ny_class_id_HTTPResponseBox;

ny_word ny_http_read_request(ny_word socket) {
    ny_http_connection *connection = ny_socket_state(ny_as_socket(socket));
    if (!connection) {
        if (ny_socket_descriptor(ny_as_socket(socket)) < 0) return NY_NULL;
        connection = ny_http_connection_of(ny_as_socket(socket));
        if (!connection) return NY_ERROR;
    }
    if (NY_UNLIKELY(connection->reading))
        return ny_throw_error("StateError", "another task is reading a request from this socket");
    if (NY_UNLIKELY(connection->unanswered && !connection->finished))
        return ny_throw_error(
            "StateError", "the request read before has no response yet: call sendResponse first");
    switch (ny_http_connection_read(connection)) {
    case NY_HTTP_READY: {
        ny_word request = ny_http_request_box_new(connection);
        if (request) ny_http_connection_take(connection);
        return request;
    }
    case NY_HTTP_CANCELLED:
        return ny_throw_error("CancelledError", "the task was cancelled while it read a request");
    case NY_HTTP_NO_MEMORY:
        return ny_throw_error("OutOfMemoryError", "no memory for a request");
    default:
        return NY_NULL;
    }
}

static ny_word send_compressed(ny_http_connection *connection, ny_word response,
                               ny_http_reply *reply, ny_word body, bool close) {
    ny_http_gzipped gzipped = {0};
    const ny_http_response_box *box =
        ny_is_string(response) ? NULL : (const ny_http_response_box *)ny_as_box(response);
    ny_http_connection_hold(connection);
    ny_word outcome = NY_ERROR;
    if (ny_http_gzip_reply(connection, box, reply, &gzipped)) {
        if (gzipped.bytes)
            body = NY_TRUE; /* held here */
        else if (box)
            body = box->body ? box->body : NY_NULL;
        outcome = ny_from_bool(ny_http_connection_send(connection, reply, body, close));
        ny_http_gzip_free(&gzipped);
    }
    ny_http_connection_release(connection);
    return outcome;
}

ny_word ny_http_send_response(ny_word socket, ny_word response) {
    ny_http_connection *connection = ny_http_connection_of(ny_as_socket(socket));
    if (!connection) return NY_ERROR;
    if (NY_UNLIKELY(connection->sending))
        return ny_throw_error("StateError", "another task is sending a response to this socket");
    if (NY_UNLIKELY(!connection->unanswered && connection->served))
        return ny_throw_error("StateError", "the request has been answered already");
    if (NY_UNLIKELY(connection->body != NULL) && ny_http_body_refused(connection)) return NY_FALSE;
    ny_http_reply reply;
    ny_word body = NY_NULL;
    bool close = false;
    if (NY_LIKELY(ny_is(response, ny_class_id_HTTPResponseBox))) {
        ny_http_response_box *box = (ny_http_response_box *)ny_as_box(response);
        if (NY_UNLIKELY(box->content != NULL)) return ny_http_content_send(connection, box);
        ny_http_response_box_reply(box, &reply);
        if (box->body) body = box->body;
        close = box->close;
    } else if (ny_is_string(response)) {
        body = response;
        reply = (ny_http_reply){
            .status = 200,
            .body = ny_as_string(response)->bytes,
            .body_length = ny_as_string(response)->byte_length,
            .type = "text/plain; charset=utf-8",
        };
    } else {
        return ny_throw_error(
            "TypeError", "sendResponse: expected HTTPResponseBox, got %s",
            ny_class_of(response)->name);
    }
    if (NY_LIKELY(!connection->settings->gzip_level))
        return ny_from_bool(ny_http_connection_send(connection, &reply, body, close));
    return send_compressed(connection, response, &reply, body, close);
}

ny_word ny_http_send_request(ny_word socket, ny_word path) {
    static const char middle[] = " HTTP/1.1\r\nHost: ";
    static const char end[] = "\r\nConnection: close\r\n\r\n";
    const ny_string *target = ny_as_string(path);
    const char *stop = target->bytes + target->byte_length;
    if (target->byte_length == 0 || target->bytes[0] != '/' ||
        ny_http_skip(target->bytes, stop, NY_HTTP_TARGET) != stop)
        return ny_throw_error(
            "ArgumentError", "sendRequest: a path begins with / and holds no blanks, line breaks "
                             "or non-ASCII characters; encode it first");
    ny_word peer = ny_socket_peer(ny_as_socket(socket));
    if (!peer) return NY_ERROR;
    ny_word request = ny_string_format(
        "GET %.*s%s%.*s%s", (int)target->byte_length, target->bytes, middle,
        (int)ny_as_string(peer)->byte_length, ny_as_string(peer)->bytes, end);
    ny_release(peer);
    if (!request) return NY_ERROR;
    const ny_string *text = ny_as_string(request);
    ptrdiff_t sent = ny_socket_send(
        ny_as_socket(socket), text->bytes, text->byte_length,
        ny_clock_ms() + ny_http_settings_get()->body_timeout_ms);
    ny_release(request);
    if (sent == NY_IO_CANCELLED)
        return ny_throw_error("CancelledError", "the task was cancelled while it sent a request");
    if (sent < 0) return ny_throw_system((int)-sent, "sendRequest");
    return NY_TRUE;
}
