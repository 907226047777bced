/* http_connection.c: reading requests from a socket and answering them in order; see
   http_connection.h. Waiting is done by the runtime (nyash_io.h): these functions suspend. */
#include "http_connection.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "http_body.h"
#include "http_date.h"
#include "http_settings.h"
#include "http_status.h"

/* After a refusal the client may still be sending: closing at once would reset the connection and
   take our answer with it (RFC 9112 section 9.6). So its bytes are read and dropped, this long. */
#define LINGER_MS 2000
#define LINGER_BYTES (1 << 20)

/* Longer bodies are not copied behind their heads: both go out from where they are. */
#define LONGEST_COPY (2 * 1024)

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

static size_t bytes_there(const ny_http_connection *connection) {
    return connection->input ? connection->input->filled - connection->start : 0;
}

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
    size_t have = ny_http_message_compact(&connection->message, first, bytes_there(connection));
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

/* ---- Refusing -------------------------------------------------------------------------------- */

int64_t ny_http_connection_patience(const ny_http_connection *connection, size_t count) {
    const ny_http_settings *settings = connection->settings;
    return ny_clock_ms() + settings->body_timeout_ms +
           (int64_t)count / settings->body_rate * 1000;
}

static bool send_bytes(ny_http_connection *connection, const char *bytes, size_t count) {
    int64_t deadline = ny_http_connection_patience(connection, count);
    return connection->socket &&
           ny_socket_send(connection->socket, bytes, count, deadline) == (ptrdiff_t)count;
}

/* Ends our side, then reads what the client still sends, within bounds. */
void ny_http_connection_linger(ny_http_connection *connection) {
    ny_http_slab *sink = connection->socket ? ny_http_slab_get(0) : NULL;
    if (!sink) return;
    ny_socket_send(connection->socket, NULL, 0, ny_clock_ms() + LINGER_MS);
    if (connection->socket) shutdown(ny_socket_descriptor(connection->socket), SHUT_WR);
    int64_t deadline = ny_clock_ms() + LINGER_MS;
    size_t dropped = 0;
    while (connection->socket && dropped < LINGER_BYTES) {
        ptrdiff_t count =
            ny_socket_receive(connection->socket, sink->bytes, sink->capacity, deadline);
        if (count <= 0) break;
        dropped += (size_t)count;
    }
    ny_http_slab_release(sink);
}

/* Answers what is no request, or comes too slowly, with its status; the connection is over. */
static NY_COLD enum ny_http_outcome refuse(
    ny_http_connection *connection, unsigned status, const char *complaint) {
    connection->finished = true;
    char body[160];
    size_t length = strlen(complaint);
    if (length > sizeof body - 1) length = sizeof body - 1;
    memcpy(body, complaint, length);
    body[length++] = '\n';
    ny_http_reply reply = {
        .status = status,
        .fields = "Content-Type: text/plain\r\n",
        .fields_length = sizeof "Content-Type: text/plain\r\n" - 1,
        .body = body,
        .body_length = length,
        .date = ny_http_date_cached(ny_clock_wall_ms()),
        .persistence = NY_HTTP_CLOSES,
        .head_only = connection->message.head.method.length == 4 &&
                     connection->message.head.method_id == NY_HTTP_HEAD,
    };
    char out[640];
    bool sent = send_bytes(connection, out, ny_http_reply_write(&reply, out));
    if (sent) ny_http_connection_linger(connection);
    return NY_HTTP_FINISHED;
}

void ny_http_connection_refuse(
    ny_http_connection *connection, unsigned status, const char *complaint) {
    connection->unanswered = false;
    refuse(connection, status, complaint);
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
    if (bytes_there(connection) > message->head.head_length) return true;
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    return send_bytes(connection, interim, sizeof interim - 1);
}

/* What the end of the stream, or an error, means. A client that leaves, even in the middle of a
   request, gets no answer: nobody is there to read it. */
static enum ny_http_outcome leave(ny_http_connection *connection, ptrdiff_t code, bool begun) {
    if (code == NY_IO_CANCELLED) return NY_HTTP_CANCELLED;
    if (code == NY_IO_TIMEOUT && begun && connection->socket)
        return refuse(connection, 408, "the request came too slowly");
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
        ny_http_message_parse_head(message, bytes, bytes_there(connection), &limits);
    if (taken < 0 || message->head.framing == NY_HTTP_NO_BODY) return NY_HTTP_WAITING;
    if (ny_http_body_streams(connection)) {
        if (message->head.content_length > settings->streamed_body)
            return refuse(connection, 413, "the body is too long");
        if (!ny_http_body_begin(connection)) return NY_HTTP_NO_MEMORY;
        connection->begun = connection->body_deadline = false;
        connection->deadline = 0;
        return NY_HTTP_READY;
    }
    if (message->head.content_length > settings->limits.body)
        return refuse(connection, 413, "the body is too long");
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
        message, connection->input->bytes + connection->start, bytes_there(connection),
        &settings->limits);
    if (NY_LIKELY(taken > 0)) {
        connection->begun = connection->body_deadline = false;
        connection->deadline = 0;
        return NY_HTTP_READY;
    }
    if (taken == NY_HTTP_BAD)
        return refuse(connection, message->head.status, message->head.complaint);
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
    if (connection->body_deadline) connection->deadline += count * 1000 / connection->settings->body_rate;
}

static enum ny_http_outcome read_request(ny_http_connection *connection) {
    if (bytes_there(connection) == 0) drop_empty_input(connection);
    for (;;) {
        bool begun = bytes_there(connection) > 0;
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
    for (bool looked = bytes_there(connection) == 0 || connection->begun;; looked = true) {
        if (!connection->socket) return leave(connection, NY_IO_CLOSED, false);
        if (looked) {
            bool begun = bytes_there(connection) > 0;
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

/* ---- Answering ------------------------------------------------------------------------------- */

/* The answers of a pipelined batch leave together: one waits while the next request is here, the last
   takes them all along. False: no room, or no batch. */
static bool defer_reply(ny_http_connection *connection, const ny_http_reply *reply, bool more) {
    ny_socket *socket = connection->socket;
    if (!more && !ny_socket_defers(socket)) return false;
    char *room = ny_socket_defer_room(socket, ny_http_reply_room(reply));
    if (!room) return false;
    ny_socket_defer(socket, ny_http_reply_write(reply, room));
    return true;
}

/* In one write; a long body, which `body` keeps alive, follows its head without being copied. `more`:
   the connection stays open, and (a part of) the next request is here. */
static bool send_reply(
    ny_http_connection *connection, const ny_http_reply *reply, ny_word body, bool more) {
    if (!connection->socket) return false;
    bool file = reply->file != NULL;
    if (!file && defer_reply(connection, reply, more))
        return more || send_bytes(connection, NULL, 0);
    size_t body_length = ny_http_reply_body_sent(reply);
    bool apart = file || (body_length > LONGEST_COPY && body != NY_NULL);
    ny_http_slab *out =
        ny_http_slab_get(apart ? ny_http_reply_head_room(reply) : ny_http_reply_room(reply));
    if (!out) return false;
    size_t count = apart ? ny_http_reply_write_head(reply, out->bytes)
                         : ny_http_reply_write(reply, out->bytes);
    ny_retain(body);
    int64_t deadline = ny_http_connection_patience(connection, body_length);
    bool sent = file    ? ny_http_file_send(connection, reply, out->bytes, count)
                : apart ? ny_socket_send_parts(connection->socket, out->bytes, count, reply->body,
                                               body_length, deadline) >= 0
                        : send_bytes(connection, out->bytes, count);
    ny_release(body);
    ny_http_slab_release(out);
    return sent && connection->socket != NULL;
}

static inline bool begin_answer(
    ny_http_connection *connection, ny_http_reply *reply, bool close) {
    bool interim = reply->status < 200 && reply->status != 101;
    bool switched = reply->status == 101;
    /* What is left of a body that nobody wants is not waited for. */
    if (NY_UNLIKELY(connection->body != NULL)) close = !ny_http_body_skip(connection) || close;
    bool stays = connection->wants_more && !close && !connection->closing &&
                 !ny_worker_stopping();
    reply->head_only = connection->head_only;
    if (interim || switched || (stays && connection->minor > 0))
        reply->persistence = NY_HTTP_STAYS;
    else
        reply->persistence = stays ? NY_HTTP_STAYS_SAID : NY_HTTP_CLOSES;
    if (!interim) {
        reply->date = ny_http_date_cached(ny_clock_wall_ms());
        connection->unanswered = false;
        if (!stays || switched) connection->finished = true;
    }
    return stays;
}

bool ny_http_connection_begin_answer(
    ny_http_connection *connection, ny_http_reply *reply, bool close) {
    return begin_answer(connection, reply, close);
}

/* Requests behind the last one are not answered, but lie in the kernel's buffer or ours: closing
   over them would reset the connection. */
bool ny_http_connection_end_answer(ny_http_connection *connection, bool open) {
    if (!open) connection->finished = true;
    if (open && connection->finished && (bytes_there(connection) > 0 || connection->body))
        ny_http_connection_linger(connection);
    return open && !connection->finished;
}

static bool answer(
    ny_http_connection *connection, ny_http_reply *reply, ny_word body, bool close) {
    bool interim = reply->status < 200 && reply->status != 101;
    if (interim && connection->minor == 0) return true; /* RFC 9110 section 15.2 */
    begin_answer(connection, reply, close);
    bool more = !interim && !connection->finished && bytes_there(connection) > 0;
    connection->sending = true;
    bool open = send_reply(connection, reply, body, more);
    connection->sending = false;
    if (interim || reply->status == 101) {
        if (!open) connection->finished = true;
        return open && !connection->finished;
    }
    return ny_http_connection_end_answer(connection, open);
}

bool ny_http_connection_send(
    ny_http_connection *connection, ny_http_reply *reply, ny_word body, bool close) {
    ny_http_connection_hold(connection); /* another task may close the socket meanwhile */
    bool goes_on = answer(connection, reply, body, close);
    ny_http_connection_release(connection);
    return goes_on;
}
