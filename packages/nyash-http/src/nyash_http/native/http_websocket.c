/* http_websocket.c: see http_websocket.h. */
#include "http_websocket.h"

#include <errno.h>
#include <string.h>

#include "http_content.h"
#include "http_fields.h"
#include "http_request_box.h"
#include "http_scan.h"

extern const uint16_t ny_class_id_WebSocketFramesBox;
extern const uint16_t ny_class_id_HTTPResponseBox;

#define FIRST_ROOM 256
#define KEPT_ROOM (16 << 10) /* a longer message's memory goes back */
#define USUAL_MOST (1 << 20)

static ny_http_websocket *socket_of(ny_word me) { return (ny_http_websocket *)ny_as_box(me); }

static void drop_message(ny_http_websocket *socket) {
    if (socket->message) ny_memory_free(socket->message, socket->message_room);
    socket->message = NULL;
    socket->message_length = socket->message_room = 0;
}

void ny_http_websocket_destroy(ny_box *box) {
    ny_http_websocket *socket = (ny_http_websocket *)box;
    drop_message(socket);
    if (socket->connection) ny_http_connection_release(socket->connection);
    socket->connection = NULL;
}

/* ---- The handshake (RFC 6455 section 4.2) ---------------------------------------------------- */

typedef struct offer {
    bool upgrade, version;
    unsigned keys;
    const char *key; /* NULL: none that is valid */
} offer;

static void read_offer(offer *found, const ny_http_request_box *request) {
    uint32_t at = request->head.headers;
    ny_http_field field;
    while (ny_http_field_next(request->bytes, &at, &field)) {
        const char *from = field.value, *end = from + field.value_length, *option;
        size_t length;
        if (ny_http_same(field.name, field.name_length, "upgrade", 7)) {
            while (ny_http_list_next(&from, end, &option, &length))
                found->upgrade |= ny_http_same(option, length, "websocket", 9);
        } else if (ny_http_same(field.name, field.name_length, "sec-websocket-version", 21)) {
            found->version |= field.value_length == 2 && memcmp(field.value, "13", 2) == 0;
        } else if (ny_http_same(field.name, field.name_length, "sec-websocket-key", 17)) {
            found->keys++;
            if (ny_http_websocket_key_valid(field.value, field.value_length))
                found->key = field.value;
        }
    }
}

static bool add(ny_http_response_box *response, const char *name, const char *value, size_t length) {
    return ny_http_fields_add(response, name, strlen(name), value, length);
}

ny_word ny_http_websocket_handshake(ny_word word) {
    const ny_http_request_box *request = (ny_http_request_box *)ny_as_box(word);
    if (!request->slab) return ny_throw_error("StateError", "this HTTPRequestBox holds no request");
    const ny_http_request *head = &request->head;
    offer found = {0};
    read_offer(&found, request);
    ny_word me = ny_from_box(ny_box_new_id(ny_class_id_HTTPResponseBox));
    if (!me) return NY_ERROR;
    ny_http_response_box *response = (ny_http_response_box *)ny_as_box(me);
    bool fine;
    if (!found.upgrade || !(head->flags & NY_HTTP_UPGRADE) || head->minor == 0 || !found.version) {
        response->status = 426;
        fine = add(response, "Upgrade", "websocket", 9) &&
               add(response, "Connection", "Upgrade", 7) &&
               add(response, "Sec-WebSocket-Version", "13", 2);
    } else if (head->method_id != NY_HTTP_GET || head->framing != NY_HTTP_NO_BODY ||
               found.keys != 1 || !found.key) {
        response->status = 400;
        fine = true;
    } else {
        char accept[NY_HTTP_WS_ACCEPT_LENGTH];
        ny_http_websocket_accept(accept, found.key);
        response->status = 101;
        fine = add(response, "Upgrade", "websocket", 9) &&
               add(response, "Connection", "Upgrade", 7) &&
               add(response, "Sec-WebSocket-Accept", accept, sizeof accept);
    }
    if (fine) return me;
    ny_release(me);
    return NY_ERROR;
}

/* ---- Reading --------------------------------------------------------------------------------- */

static ny_word wrong(ny_http_websocket *socket, unsigned code) {
    socket->close_code = (uint16_t)code;
    return ny_from_small(NY_HTTP_WS_WRONG);
}

/* Bytes into the connection's buffer, behind at most a header in part. 0, or -1 with the event that
   read() gives instead (NY_ERROR: thrown). */
static int receive(ny_http_websocket *socket, int64_t patience, ny_word *event) {
    ny_http_connection *connection = socket->connection;
    size_t have = ny_http_connection_bytes(connection);
    char kept[NY_HTTP_WS_LONGEST_HEADER];
    if (have) memcpy(kept, connection->input->bytes + connection->start, have);
    /* While it waits it holds no buffer. */
    if (connection->input) ny_http_slab_release(connection->input);
    connection->input = NULL;
    connection->start = 0;
    ptrdiff_t code = connection->socket
                         ? ny_socket_wait_readable(connection->socket, ny_clock_ms() + patience)
                         : NY_IO_CLOSED;
    ny_http_slab *slab = ny_http_slab_get(0);
    if (!slab) {
        *event = ny_throw_error("OutOfMemoryError", "no memory for input from a WebSocket");
        return -1;
    }
    connection->input = slab;
    if (have) memcpy(slab->bytes, kept, have);
    slab->filled = (uint32_t)have;
    if (code == 1 && !connection->socket) code = NY_IO_CLOSED;
    if (code == 1)
        code = ny_socket_try(connection->socket, slab->bytes + have, slab->capacity - have);
    if (code > 0) slab->filled += (uint32_t)code;
    if (code > 0 || code == -EAGAIN) return 0;
    if (code == NY_IO_CANCELLED)
        *event = ny_throw_error("CancelledError", "the task was cancelled while it read a message");
    else if (code == NY_IO_TIMEOUT)
        *event = ny_from_small(NY_HTTP_WS_SILENCE);
    else if (code == NY_IO_STOPPING)
        *event = ny_from_small(NY_HTTP_WS_STOPPING);
    else
        *event = ny_from_small(NY_HTTP_WS_GONE);
    return -1;
}

/* A header has come: 0, or the code of what is wrong with it. */
static unsigned begin_frame(ny_http_websocket *socket) {
    const ny_http_frame *frame = &socket->frame;
    socket->in_frame = true;
    socket->taken = 0;
    if (frame->opcode >= 8) return 0;
    if ((frame->opcode == NY_HTTP_WS_CONTINUATION) != (socket->opcode != 0))
        return NY_HTTP_WS_PROTOCOL_ERROR;
    if (frame->opcode) {
        socket->opcode = frame->opcode;
        socket->message_length = 0;
        memset(&socket->utf8, 0, sizeof socket->utf8);
    }
    return frame->length > socket->most - socket->message_length ? NY_HTTP_WS_TOO_LONG : 0;
}

/* Memory grows with what has come, not with what was announced. False: thrown. */
static bool make_room(ny_http_websocket *socket, size_t more) {
    size_t wanted = socket->message_length + more;
    if (wanted <= socket->message_room) return true;
    size_t room = socket->message_room ? socket->message_room : FIRST_ROOM;
    while (room < wanted) room *= 2;
    char *larger = socket->message ? ny_memory_resize(socket->message, socket->message_room, room)
                                   : ny_memory_get(room);
    if (!larger) {
        ny_throw_error("OutOfMemoryError", "no memory for a message of %zu bytes", wanted);
        return false;
    }
    socket->message = larger;
    socket->message_room = room;
    return true;
}

/* Takes what is there of the payload. 0, the code of what is wrong with it, or -1: thrown. */
static int take_payload(ny_http_websocket *socket) {
    ny_http_connection *connection = socket->connection;
    ny_http_frame *frame = &socket->frame;
    size_t count = ny_http_connection_bytes(connection);
    if (count > frame->length - socket->taken) count = (size_t)(frame->length - socket->taken);
    if (count == 0) return 0;
    const char *bytes = connection->input->bytes + connection->start;
    char *out;
    if (frame->opcode >= 8) {
        out = socket->control + socket->taken;
    } else {
        if (!make_room(socket, count)) return -1;
        out = socket->message + socket->message_length;
        socket->message_length += count;
    }
    ny_http_frame_unmask(out, bytes, count, frame->key, socket->taken);
    socket->taken += count;
    connection->start += (uint32_t)count;
    if (frame->opcode < 8 && socket->opcode == NY_HTTP_WS_TEXT &&
        !ny_http_utf8_add(&socket->utf8, out, count))
        return NY_HTTP_WS_NOT_UTF8;
    return 0;
}

/* What a close frame says; its event. */
static ny_word read_close(ny_http_websocket *socket) {
    const uint8_t *bytes = (const uint8_t *)socket->control;
    if (socket->control_length == 1) return wrong(socket, NY_HTTP_WS_PROTOCOL_ERROR);
    socket->close_code = NY_HTTP_WS_NO_CODE;
    if (socket->control_length >= 2) {
        ny_http_utf8 reason = {0};
        socket->close_code = (uint16_t)(bytes[0] << 8 | bytes[1]);
        if (!ny_http_close_code_valid(socket->close_code))
            return wrong(socket, NY_HTTP_WS_PROTOCOL_ERROR);
        if (!ny_http_utf8_add(&reason, socket->control + 2, socket->control_length - 2u) ||
            reason.needed)
            return wrong(socket, NY_HTTP_WS_NOT_UTF8);
    }
    return ny_from_small(NY_HTTP_WS_CLOSE);
}

/* A frame is complete: what read() gives, or NY_NULL: the message goes on. */
static ny_word end_frame(ny_http_websocket *socket) {
    const ny_http_frame *frame = &socket->frame;
    socket->in_frame = false;
    if (frame->opcode >= 8) {
        socket->control_length = (uint8_t)frame->length;
        return frame->opcode == NY_HTTP_WS_CLOSE ? read_close(socket)
                                                 : ny_from_small(frame->opcode);
    }
    if (!frame->last) return NY_NULL;
    bool text = socket->opcode == NY_HTTP_WS_TEXT;
    if (text && socket->utf8.needed) return wrong(socket, NY_HTTP_WS_NOT_UTF8);
    const char *bytes = socket->message ? socket->message : "";
    ny_word message = text ? ny_string_new(bytes, socket->message_length)
                           : ny_buffer_of(bytes, socket->message_length);
    socket->opcode = 0;
    socket->message_length = 0;
    if (socket->message_room > KEPT_ROOM) drop_message(socket);
    return message;
}

static ny_word read_message(ny_http_websocket *socket, int64_t patience) {
    ny_http_connection *connection = socket->connection;
    for (;;) {
        if (!socket->in_frame && ny_http_connection_bytes(connection) > 0) {
            int length = ny_http_frame_parse(
                &socket->frame, connection->input->bytes + connection->start,
                ny_http_connection_bytes(connection));
            if (length < 0) return wrong(socket, NY_HTTP_WS_PROTOCOL_ERROR);
            if (length > 0) {
                connection->start += (uint32_t)length;
                unsigned code = begin_frame(socket);
                if (code) return wrong(socket, code);
            }
        }
        if (socket->in_frame) {
            int code = take_payload(socket);
            if (code < 0) return NY_ERROR;
            if (code > 0) return wrong(socket, (unsigned)code);
            if (socket->taken == socket->frame.length) {
                ny_word given = end_frame(socket);
                if (given != NY_NULL) return given;
                continue;
            }
        }
        ny_word event;
        if (receive(socket, patience, &event) < 0) return event;
    }
}

ny_word ny_http_websocket_read(ny_word me, int64_t patience) {
    ny_http_websocket *socket = socket_of(me);
    ny_http_connection *connection = socket->connection;
    if (!connection || !connection->socket) return ny_from_small(NY_HTTP_WS_GONE);
    if (socket->reading)
        return ny_throw_error("StateError", "another task is receiving from this WebSocket");
    socket->reading = connection->reading = true;
    ny_http_connection_hold(connection);
    ny_retain(me);
    ny_word given = read_message(socket, patience);
    socket->reading = connection->reading = false;
    ny_http_connection_release(connection);
    ny_release(me);
    return given;
}

/* ---- Sending --------------------------------------------------------------------------------- */

/* The frame behind what waits to be sent; short ones wait with it for a moment. */
static ptrdiff_t send_frame(
    ny_http_connection *connection, unsigned opcode, const char *bytes, size_t count) {
    char header[NY_HTTP_WS_LONGEST_HEADER];
    size_t length = ny_http_frame_write(header, opcode, count);
    char *room = ny_socket_defer_room(connection->socket, length + count);
    if (room) {
        memcpy(room, header, length);
        if (count) memcpy(room + length, bytes, count);
        ny_socket_defer(connection->socket, length + count);
        return 0;
    }
    return ny_socket_send_parts(connection->socket, header, length, bytes, count,
                                ny_http_connection_patience(connection, count));
}

ny_word ny_http_websocket_send(ny_word me, int64_t opcode, ny_word data) {
    ny_http_websocket *socket = socket_of(me);
    size_t count;
    const char *bytes;
    ny_word kept;
    if (ny_is_box(data) && ny_as_box(data)->class_id == NY_CLASS_BUFFER) {
        bytes = ny_buffer_bytes(data, &count);
        kept = ny_buffer_of(bytes, count); /* others may change it while this waits */
        if (!kept) return NY_ERROR;
        bytes = ny_buffer_bytes(kept, &count);
    } else {
        kept = ny_is_string(data) ? ny_retain(data) : ny_to_string(data);
        if (!kept) return NY_ERROR;
        bytes = ny_as_string(kept)->bytes;
        count = ny_as_string(kept)->byte_length;
    }
    ny_http_connection *connection = socket->connection;
    ptrdiff_t outcome = NY_IO_CLOSED;
    if (opcode >= 8 && count > NY_HTTP_WS_LONGEST_CONTROL) {
        ny_release(kept);
        return ny_throw_error("ArgumentError", "a control frame carries %d bytes at most",
                              NY_HTTP_WS_LONGEST_CONTROL);
    }
    if (connection && connection->socket && !socket->sending) {
        ny_http_connection_hold(connection);
        ny_retain(me);
        socket->sending = true;
        outcome = send_frame(connection, (unsigned)opcode, bytes, count);
        socket->sending = false;
        /* A frame may have left in part: nothing can follow it. */
        if (outcome < 0 && connection->socket) ny_socket_shut(connection->socket);
        ny_http_connection_release(connection);
        ny_release(me);
    }
    ny_release(kept);
    if (outcome >= 0) return NY_NULL;
    if (outcome == NY_IO_CANCELLED)
        return ny_throw_error("CancelledError", "the task was cancelled while it sent a message");
    return ny_throw_error("IOError", outcome == NY_IO_TIMEOUT
                                         ? "the client takes the message too slowly"
                                         : "the client is gone");
}

/* ---- Around it ------------------------------------------------------------------------------- */

ny_word ny_http_websocket_limit(ny_word me, int64_t bytes) {
    if (bytes < NY_HTTP_WS_LONGEST_CONTROL || bytes > INT32_MAX)
        return ny_throw_error("ArgumentError", "maxMessage: %lld bytes", (long long)bytes);
    socket_of(me)->most = (uint64_t)bytes;
    return NY_NULL;
}

ny_word ny_http_websocket_payload(ny_word me) {
    return ny_buffer_of(socket_of(me)->control, socket_of(me)->control_length);
}

ny_word ny_http_websocket_reason(ny_word me) {
    const ny_http_websocket *socket = socket_of(me);
    size_t length = socket->control_length > 2 ? socket->control_length - 2u : 0;
    return ny_string_from_untrusted(socket->control + 2, length);
}

int64_t ny_http_websocket_close_code(ny_word me) {
    unsigned code = socket_of(me)->close_code;
    return code ? code : NY_HTTP_WS_ABNORMAL;
}

bool ny_http_websocket_is_open(ny_word me) {
    const ny_http_websocket *socket = socket_of(me);
    return socket->connection && socket->connection->socket;
}

bool ny_http_websocket_is_reading(ny_word me) { return socket_of(me)->reading; }

ny_word ny_http_websocket_run(ny_http_connection *connection, ny_word response, ny_word producer) {
    ny_http_reply reply;
    ny_http_response_box_reply((const ny_http_response_box *)ny_as_box(response), &reply);
    ny_word me = ny_from_box(ny_box_new_id(ny_class_id_WebSocketFramesBox));
    if (!me) return NY_ERROR;
    ny_http_connection_send(connection, &reply, NY_NULL, false);
    ny_http_websocket *socket = socket_of(me);
    socket->connection = ny_http_connection_hold(connection);
    socket->most = USUAL_MOST;
    connection->sending = true;
    ny_word outcome = ny_call(producer, 1, &me);
    connection->sending = false;
    ny_http_connection_linger(connection);
    if (socket->connection) ny_http_connection_release(socket->connection);
    socket->connection = NULL;
    ny_release(me);
    if (!outcome) return NY_ERROR;
    ny_release(outcome);
    return NY_FALSE;
}
