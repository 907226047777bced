/* http_connection_send.c: answers and refusals; see http_connection.h. */
#include <string.h>
#include <sys/socket.h>

#include "http_body.h"
#include "http_connection.h"
#include "http_date.h"
#include "http_settings.h"
#include "http_status.h"

/* After a refusal the client may still be sending: closing at once would reset the connection and
   take our answer with it (RFC 9112 section 9.6). So its bytes are read and dropped until it ends, is
   silent, or has gone on for too long. How many there are is no measure: many clients send all of a
   body before they read. */
#define LINGER_SILENCE_MS 2000
#define LINGER_MS 30000

/* Longer bodies are not copied behind their heads: both go out from where they are. */
#define LONGEST_COPY (2 * 1024)

/* ---- Refusing -------------------------------------------------------------------------------- */

int64_t ny_http_connection_patience(const ny_http_connection *connection, size_t count) {
    const ny_http_settings *settings = connection->settings;
    int64_t deadline = ny_clock_ms() + settings->body_timeout_ms;
    if (NY_LIKELY((int64_t)count < settings->body_rate)) return deadline; /* without dividing */
    return deadline + (int64_t)count / settings->body_rate * 1000;
}

bool ny_http_connection_put(ny_http_connection *connection, const char *bytes, size_t count) {
    int64_t deadline = ny_http_connection_patience(connection, count);
    return connection->socket &&
           ny_socket_send(connection->socket, bytes, count, deadline) == (ptrdiff_t)count;
}

/* Ends our side, then reads what the client still sends, within bounds. */
void ny_http_connection_linger(ny_http_connection *connection) {
    ny_http_slab *sink = connection->socket ? ny_http_slab_get(0) : NULL;
    if (!sink) return;
    ny_socket_send(connection->socket, NULL, 0, ny_clock_ms() + LINGER_SILENCE_MS);
    if (connection->socket) shutdown(ny_socket_descriptor(connection->socket), SHUT_WR);
    int64_t now = ny_clock_ms(), end = now + LINGER_MS;
    while (connection->socket && now < end) {
        int64_t silence = now + LINGER_SILENCE_MS;
        ptrdiff_t count = ny_socket_receive(connection->socket, sink->bytes, sink->capacity,
                                            silence < end ? silence : end);
        if (count <= 0) break;
        now = ny_clock_ms();
    }
    ny_http_slab_release(sink);
}

/* Answers what is no request, or comes too slowly, with its status; the connection is over. */
enum ny_http_outcome ny_http_connection_refuse(
    ny_http_connection *connection, unsigned status, const char *complaint) {
    connection->finished = true;
    connection->unanswered = false;
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
    bool sent = ny_http_connection_put(connection, out, ny_http_reply_write(&reply, out));
    if (sent) ny_http_connection_linger(connection);
    return NY_HTTP_FINISHED;
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
        return more || ny_http_connection_put(connection, NULL, 0);
    size_t body_length = ny_http_reply_body_sent(reply);
    bool apart = file || (body_length > LONGEST_COPY && body != NY_NULL);
    ny_http_slab *out =
        ny_http_slab_get(apart ? ny_http_reply_head_room(reply) : ny_http_reply_room(reply));
    if (!out) return false;
    size_t count = apart ? ny_http_reply_write_head(reply, out->bytes)
                         : ny_http_reply_write(reply, out->bytes);
    ny_retain(body);
    bool sent;
    if (NY_LIKELY(!apart))
        sent = ny_http_connection_put(connection, out->bytes, count);
    else if (file)
        sent = ny_http_file_send(connection, reply, out->bytes, count);
    else
        sent = ny_socket_send_parts(connection->socket, out->bytes, count, reply->body, body_length,
                                    ny_http_connection_patience(connection, body_length)) >= 0;
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
    bool unread = connection->body || ny_http_connection_bytes(connection) > 0;
    if (open && connection->finished && unread)
        ny_http_connection_linger(connection);
    return open && !connection->finished;
}

static bool answer(
    ny_http_connection *connection, ny_http_reply *reply, ny_word body, bool close) {
    bool interim = reply->status < 200 && reply->status != 101;
    if (interim && connection->minor == 0) return true; /* RFC 9110 section 15.2 */
    begin_answer(connection, reply, close);
    bool more = !interim && !connection->finished && ny_http_connection_bytes(connection) > 0;
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
