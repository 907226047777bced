/* http_connection.c: reading requests from a socket; answers are in http_connection_send.c; see
   http_connection.h. Waiting is done by the runtime (nyash_io.h): these functions suspend. */
#include "http_connection.h"

#include <errno.h>
#include <string.h>

#include "http_body.h"
#include "http_settings.h"

/* Bodies up to this size get their slab at once, longer ones grow with what really arrives. */
#define TRUSTED_BODY (64 * 1024)

static void free_state(void *state) {
    ny_http_connection *connection = state;
    connection->socket = NULL;
    connection->finished = true;
    if (connection->input && !connection->reading) {
        ny_http_slab_release(connection->input);
        connection->input = NULL;
    }
    ny_http_connection_release(connection);
}

ny_http_connection *ny_http_connection_of(ny_socket *socket) {
    ny_http_connection *connection = ny_socket_state(socket);
    if (NY_LIKELY(connection != NULL)) return connection;
    if (ny_socket_descriptor(socket) < 0) {
        ny_throw_error("IOError", "the socket is not open");
        return NULL;
    }
    connection = ny_memory_get(sizeof *connection);
    if (!connection) {
        ny_throw_error("OutOfMemoryError", "no memory for a connection");
        return NULL;
    }
    memset(connection, 0, sizeof *connection);
    connection->socket = socket;
    connection->holders = 1;
    connection->peer = NY_NULL;
    connection->owned = NY_NULL;
    connection->settings = ny_http_settings_get();
    ny_socket_set_state(socket, connection, free_state);
    return connection;
}

void ny_http_connection_release(ny_http_connection *connection) {
    if (--connection->holders > 0) return;
    if (connection->input) ny_http_slab_release(connection->input);
    if (connection->body) ny_http_body_free(connection);
    ny_release(connection->peer);
    ny_memory_free(connection, sizeof *connection);
}

/* ---- Room for input -------------------------------------------------------------------------- */

/* The slab is given back as soon as nothing in it waits to be read. */
static void drop_empty_input(ny_http_connection *connection) {
    if (connection->input) ny_http_slab_release(connection->input);
    connection->input = NULL;
    connection->start = 0;
}

/* Makes sure that something can be received behind the bytes of the current request. */
static bool make_room(ny_http_connection *connection) {
    ny_http_slab *slab = connection->input;
    char *first = slab->bytes + connection->start;
    size_t have = ny_http_message_compact(
        &connection->message, first, ny_http_connection_bytes(connection));
    slab->filled = connection->start + (uint32_t)have;
    size_t expected = ny_http_message_expected(&connection->message);
    size_t wanted = have + 1;
    if (expected > have && expected <= TRUSTED_BODY) wanted = expected;
    if (slab->capacity - connection->start >= wanted) return true;
    if (slab->holders == 1 && slab->capacity >= wanted && connection->start > 0) {
        memmove(slab->bytes, first, have);
    } else {
        if (wanted < 2 * have) wanted = 2 * have;
        if (expected > have && wanted > expected) wanted = expected;
        ny_http_slab *larger = ny_http_slab_get(wanted);
        if (!larger) return false;
        memcpy(larger->bytes, first, have);
        ny_http_slab_release(slab);
        connection->input = slab = larger;
    }
    slab->filled = (uint32_t)have;
    connection->start = 0;
    return true;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Nothing of a request is there: waits for its first bytes without a buffer. Their number, 0 at
   the end of the stream, -errno or NY_IO_*. */
static ptrdiff_t receive_first(ny_http_connection *connection) {
    int64_t deadline = ny_clock_ms() + connection->settings->idle_timeout_ms;
    for (;;) {
        int readable = ny_socket_wait_readable(connection->socket, deadline);
        if (readable < 0) return readable;
        ny_http_slab *slab = ny_http_slab_get(0);
        if (!slab) return -ENOMEM;
        connection->input = slab;
        ptrdiff_t count =
            ny_socket_receive(connection->socket, slab->bytes, slab->capacity, ny_clock_ms());
        if (count > 0) {
            slab->filled = (uint32_t)count;
            return count;
        }
        drop_empty_input(connection);
        if (count != NY_IO_TIMEOUT || !connection->socket) return count; /* else: woken in vain */
    }
}

/* More of a request that has begun. */
static ptrdiff_t receive_more(ny_http_connection *connection, int64_t deadline) {
    if (!make_room(connection)) return -ENOMEM;
    ny_http_slab *slab = connection->input;
    ptrdiff_t count = ny_socket_receive(
        connection->socket, slab->bytes + slab->filled, slab->capacity - slab->filled, deadline);
    if (count > 0) slab->filled += (uint32_t)count;
    return count;
}

/* The client waits for this before it sends the body (RFC 9110 section 10.1.1). When some of the
   body is here already it obviously did not wait. */
static bool say_continue(ny_http_connection *connection) {
    const ny_http_message *message = &connection->message;
    if (!message->head_done || connection->continued ||
        !(message->head.flags & NY_HTTP_EXPECT_CONTINUE))
        return true;
    connection->continued = true;
    if (ny_http_connection_bytes(connection) > message->head.head_length) return true;
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    return ny_http_connection_put(connection, interim, sizeof interim - 1);
}

/* What the end of the stream, or an error, means. A client that leaves, even in the middle of a
   request, gets no answer: nobody is there to read it. */
static enum ny_http_outcome leave(ny_http_connection *connection, ptrdiff_t code, bool begun) {
    if (code == NY_IO_CANCELLED) return NY_HTTP_CANCELLED;
    if (code == NY_IO_TIMEOUT && begun && connection->socket)
        return ny_http_connection_refuse(connection, 408, "the request came too slowly");
    connection->finished = true;
    return code == -ENOMEM ? NY_HTTP_NO_MEMORY : NY_HTTP_FINISHED;
}

/* Some bodies are left to the handler: then the head is the whole request. */
static enum ny_http_outcome understand_head(ny_http_connection *connection) {
    const ny_http_settings *settings = connection->settings;
    ny_http_message *message = &connection->message;
    const char *bytes = connection->input->bytes + connection->start;
    ny_http_limits limits = settings->limits;
    if (limits.body < settings->streamed_body) limits.body = settings->streamed_body;
    ptrdiff_t taken =
        ny_http_message_parse_head(message, bytes, ny_http_connection_bytes(connection), &limits);
    /* Parsed again it would be waited for: of what is refused nothing is read twice. */
    if (taken == NY_HTTP_BAD)
        return ny_http_connection_refuse(connection, message->head.status, message->head.complaint);
    if (taken < 0 || message->head.framing == NY_HTTP_NO_BODY) return NY_HTTP_WAITING;
    if (ny_http_body_streams(connection)) {
        if (message->head.content_length > settings->streamed_body)
            return ny_http_connection_refuse(connection, 413, "the body is too long");
        if (!ny_http_body_begin(connection)) return NY_HTTP_NO_MEMORY;
        connection->begun = connection->body_deadline = false;
        connection->deadline = 0;
        return NY_HTTP_READY;
    }
    if (message->head.content_length > settings->limits.body)
        return ny_http_connection_refuse(connection, 413, "the body is too long");
    return NY_HTTP_WAITING;
}

/* What the bytes that are there make: a request, none, or (NY_HTTP_WAITING) a part of one, which has
   until `deadline` to become whole. */
static enum ny_http_outcome understand(ny_http_connection *connection) {
    const ny_http_settings *settings = connection->settings;
    ny_http_message *message = &connection->message;
    if (NY_UNLIKELY(settings->streamed != 0) && !message->head_done) {
        enum ny_http_outcome outcome = understand_head(connection);
        if (outcome != NY_HTTP_WAITING) return outcome;
    }
    ptrdiff_t taken = ny_http_message_parse(
        message, connection->input->bytes + connection->start, ny_http_connection_bytes(connection),
        &settings->limits);
    if (NY_LIKELY(taken > 0)) {
        connection->begun = connection->body_deadline = false;
        connection->deadline = 0;
        return NY_HTTP_READY;
    }
    if (taken == NY_HTTP_BAD)
        return ny_http_connection_refuse(connection, message->head.status, message->head.complaint);
    if (!connection->begun) connection->deadline = ny_clock_ms() + settings->header_timeout_ms;
    connection->begun = true;
    if (message->head_done && !connection->body_deadline) {
        connection->body_deadline = true;
        connection->deadline = ny_clock_ms() + settings->body_timeout_ms;
    }
    return say_continue(connection) ? NY_HTTP_WAITING : leave(connection, 0, true);
}

/* So many bytes more of a body earn so much more time. */
static void note_received(ny_http_connection *connection, ptrdiff_t count) {
    if (connection->body_deadline)
        connection->deadline += count * 1000 / connection->settings->body_rate;
}

static enum ny_http_outcome read_request(ny_http_connection *connection) {
    if (ny_http_connection_bytes(connection) == 0) drop_empty_input(connection);
    for (;;) {
        bool begun = ny_http_connection_bytes(connection) > 0;
        if (begun) {
            enum ny_http_outcome outcome = understand(connection);
            if (outcome != NY_HTTP_WAITING) return outcome;
        }
        ptrdiff_t count = begun ? receive_more(connection, connection->deadline)
                                : receive_first(connection);
        if (count <= 0) return leave(connection, count, begun);
        if (!connection->socket) return leave(connection, NY_IO_CLOSED, begun);
        note_received(connection, count);
    }
}

enum ny_http_outcome ny_http_connection_read(ny_http_connection *connection) {
    if (connection->finished) return NY_HTTP_FINISHED;
    connection->reading = true;
    ny_http_connection_hold(connection);
    enum ny_http_outcome outcome = read_request(connection);
    connection->reading = false;
    if (outcome != NY_HTTP_READY && connection->finished) drop_empty_input(connection);
    ny_http_connection_release(connection);
    return outcome;
}

void ny_http_connection_rest(ny_http_connection *connection) {
    drop_empty_input(connection);
    connection->deadline = ny_clock_ms() + connection->settings->idle_timeout_ms;
}

/* One round: reads what is there and looks whether it is a request. */
static enum ny_http_outcome poll_request(ny_http_connection *connection) {
    bool looked = ny_http_connection_bytes(connection) == 0 || connection->begun;
    for (;; looked = true) {
        if (!connection->socket) return leave(connection, NY_IO_CLOSED, false);
        if (looked) {
            bool begun = ny_http_connection_bytes(connection) > 0;
            if (connection->late) return leave(connection, NY_IO_TIMEOUT, begun);
            if (!begun) {
                drop_empty_input(connection);
                connection->input = ny_http_slab_get(0);
                if (!connection->input) return leave(connection, -ENOMEM, false);
            } else if (!make_room(connection)) {
                return leave(connection, -ENOMEM, true);
            }
            ny_http_slab *slab = connection->input;
            ptrdiff_t count = ny_socket_try(
                connection->socket, slab->bytes + slab->filled, slab->capacity - slab->filled);
            if (count == -EAGAIN) {
                if (begun) return NY_HTTP_WAITING;
                drop_empty_input(connection);
                if (connection->deadline == 0) ny_http_connection_rest(connection);
                return NY_HTTP_WAITING;
            }
            if (count <= 0) return leave(connection, count, begun);
            slab->filled += (uint32_t)count;
            note_received(connection, count);
        }
        enum ny_http_outcome outcome = understand(connection);
        if (outcome != NY_HTTP_WAITING) return outcome;
    }
}

enum ny_http_outcome ny_http_connection_poll(ny_http_connection *connection) {
    if (connection->finished) return NY_HTTP_FINISHED;
    connection->reading = true;
    ny_http_connection_hold(connection);
    enum ny_http_outcome outcome = poll_request(connection);
    connection->reading = false;
    if (outcome != NY_HTTP_READY && connection->finished) drop_empty_input(connection);
    ny_http_connection_release(connection);
    return outcome;
}

void ny_http_connection_take(ny_http_connection *connection) {
    const ny_http_request *head = &connection->message.head;
    connection->head_only = head->method_id == NY_HTTP_HEAD;
    connection->minor = head->minor;
    connection->wants_more = !(head->flags & NY_HTTP_CLOSE) &&
                             (head->minor > 0 || (head->flags & NY_HTTP_KEEP_ALIVE));
    connection->unanswered = true;
    connection->served = true;
    connection->continued = false;
    connection->start += connection->message.read;
    if (!connection->wants_more) connection->finished = true;
    memset(&connection->message, 0, sizeof connection->message);
}
