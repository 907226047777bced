/* http_answer_box.c: see http_answer_box.h. Its getters: http_answer_read.c. */
#include "http_answer_box.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "http_settings.h"
#include "nyash_io.h"

/* A server that sends interim responses for ever is none to wait for. */
#define MOST_INTERIM 32
/* What a streamed body is received in. */
#define INPUT_CAPACITY (16 * 1024)
/* Bodies get so much room at once, longer ones grow with what really comes. */
#define TRUSTED_BODY (1 << 20)

static ny_http_answer_box *answer_of(ny_word me) { return (ny_http_answer_box *)ny_as_box(me); }

static void drop_input(ny_http_answer_box *answer) {
    if (answer->input) ny_http_slab_release(answer->input);
    answer->input = NULL;
    answer->start = 0;
}

/* Nothing more is read from the connection. */
static void let_go(ny_http_answer_box *answer) {
    ny_word socket = answer->socket;
    answer->socket = 0;
    drop_input(answer);
    if (socket) ny_release(socket);
}

static void clear(ny_http_answer_box *answer) {
    let_go(answer);
    if (answer->what) ny_release(answer->what);
    if (answer->head) ny_http_slab_release(answer->head);
    if (answer->whole) ny_memory_free(answer->whole, answer->whole_room);
    memset((char *)answer + sizeof answer->box, 0, sizeof *answer - sizeof answer->box);
}

void ny_http_answer_box_destroy(ny_box *box) { clear((ny_http_answer_box *)box); }

/* ---- Errors ---------------------------------------------------------------------------------- */

static NY_COLD ny_word fail(ny_http_answer_box *answer, const char *type, const char *message) {
    if (answer->what) {
        const ny_string *what = ny_as_string(answer->what);
        ny_throw_error(type, "%.*s: %s", (int)what->byte_length, what->bytes, message);
    } else { /* finalised while it waited */
        ny_throw_error(type, "an HTTP request: %s", message);
    }
    let_go(answer);
    return NY_ERROR;
}

static NY_COLD ny_word fail_io(ny_http_answer_box *answer, ptrdiff_t code) {
    switch (code) {
    case NY_IO_CANCELLED:
        let_go(answer);
        return ny_throw_error("CancelledError", "the task was cancelled during an HTTP request");
    case NY_IO_TIMEOUT: return fail(answer, "IOError", "no answer in time");
    case NY_IO_CLOSED: return fail(answer, "IOError", "the connection was closed by this program");
    case -ENOMEM: return fail(answer, "OutOfMemoryError", "no memory for the answer");
    case 0: return fail(answer, "IOError",
                        !answer->received     ? "the server closed the connection without an answer"
                        : answer->answer.fields.head_length == 0 ? "the answer ended within its head"
                                                     : "the answer ended before its body did");
    default: return fail(answer, "IOError", strerror((int)-code));
    }
}

static bool open_exchange(ny_http_answer_box *answer) {
    if (NY_LIKELY(answer->socket != 0)) return true;
    ny_throw_error("StateError", "no request was sent, or its connection is gone");
    return false;
}

/* ---- Sending --------------------------------------------------------------------------------- */

ny_word ny_http_answer_box_begin(ny_word me, ny_word socket, ny_word what, int64_t read_timeout,
                                 int64_t time_left) {
    ny_http_answer_box *answer = answer_of(me);
    clear(answer);
    answer->socket = ny_retain(socket);
    answer->what = ny_retain(what);
    answer->read_timeout = read_timeout;
    answer->deadline = ny_clock_ms() + time_left;
    return NY_NULL;
}

static int64_t next_deadline(const ny_http_answer_box *answer) {
    int64_t soon = ny_clock_ms() + answer->read_timeout;
    return soon < answer->deadline ? soon : answer->deadline;
}

ny_word ny_http_answer_box_send(ny_word me, ny_word head, ny_word body) {
    ny_http_answer_box *answer = answer_of(me);
    if (!open_exchange(answer)) return NY_ERROR;
    const ny_string *text = ny_as_string(head);
    size_t count = 0;
    const char *bytes = NULL;
    if (ny_is_string(body)) {
        bytes = ny_as_string(body)->bytes;
        count = ny_as_string(body)->byte_length;
    } else if (ny_is_box(body)) {
        bytes = ny_buffer_bytes(body, &count);
    }
    ny_word socket = ny_retain(answer->socket); /* the Box may be finalised meanwhile */
    ptrdiff_t sent = ny_socket_send_parts(ny_as_socket(socket), text->bytes, text->byte_length, bytes,
                                          count, next_deadline(answer));
    ny_release(socket);
    if (!open_exchange(answer)) return NY_ERROR;
    if (NY_LIKELY(sent >= 0)) return NY_TRUE;
    answer->cut = sent == -EPIPE || sent == -ECONNRESET;
    if (!answer->cut) return fail_io(answer, sent);
    const ny_string *what = ny_as_string(answer->what);
    return ny_throw_error("IOError", "%.*s: the server closed the connection", (int)what->byte_length,
                          what->bytes);
}

/* ---- The head -------------------------------------------------------------------------------- */

/* More bytes behind those of `slab`, which the caller gives room to. */
static ptrdiff_t receive(ny_http_answer_box *answer, ny_http_slab *slab) {
    ny_word socket = ny_retain(answer->socket); /* the Box may be finalised meanwhile */
    ny_http_slab_hold(slab);
    ptrdiff_t count = ny_socket_receive(ny_as_socket(socket), slab->bytes + slab->filled,
                                        slab->capacity - slab->filled, next_deadline(answer));
    ny_release(socket);
    if (count > 0) {
        slab->filled += (uint32_t)count;
        answer->received = true;
    }
    ny_http_slab_release(slab);
    return count;
}

static bool grow_head(ny_http_answer_box *answer) {
    ny_http_slab *slab = answer->head;
    if (slab && slab->filled < slab->capacity) return true;
    ny_http_slab *larger = ny_http_slab_get(slab ? 2 * (size_t)slab->capacity : 0);
    if (!larger) return false;
    if (slab) {
        memcpy(larger->bytes, slab->bytes, slab->filled);
        larger->filled = slab->filled;
        ny_http_slab_release(slab);
    }
    answer->head = larger;
    return true;
}

/* An interim response was read (RFC 9110 section 15.2): the next one begins behind it. */
static void skip_interim(ny_http_answer_box *answer, uint32_t length) {
    ny_http_slab *slab = answer->head;
    memmove(slab->bytes, slab->bytes + length, slab->filled - length);
    slab->filled -= length;
    memset(&answer->answer, 0, sizeof answer->answer);
}

ny_word ny_http_answer_box_receive(ny_word me, bool to_head) {
    ny_http_answer_box *answer = answer_of(me);
    if (!open_exchange(answer)) return NY_ERROR;
    answer->to_head = to_head;
    const ny_http_limits *limits = &ny_http_settings_get()->limits;
    for (int interim = 0;;) {
        if (answer->head && answer->head->filled > 0) {
            ptrdiff_t length = ny_http_answer_parse(&answer->answer, answer->head->bytes,
                                                    answer->head->filled, to_head, limits);
            if (length == NY_HTTP_BAD)
                return fail(answer, "ProtocolError", answer->answer.fields.complaint);
            if (length > 0 && (answer->answer.status >= 200 || answer->answer.status == 101)) {
                answer->input = ny_http_slab_hold(answer->head);
                answer->start = (uint32_t)length;
                break;
            }
            if (length > 0) {
                if (++interim > MOST_INTERIM)
                    return fail(answer, "ProtocolError", "there are too many interim responses");
                skip_interim(answer, (uint32_t)length);
                continue;
            }
        }
        if (!grow_head(answer)) return fail_io(answer, -ENOMEM);
        ptrdiff_t count = receive(answer, answer->head);
        if (!answer->socket) return ny_throw_error("StateError", "the answer was finalised");
        if (count <= 0) return fail_io(answer, count);
    }
    if (answer->answer.fields.framing == NY_HTTP_LENGTH)
        answer->left = answer->answer.fields.content_length;
    if (answer->answer.fields.framing == NY_HTTP_NO_BODY && !answer->answer.until_close)
        answer->complete = true;
    return NY_TRUE;
}

bool ny_http_answer_box_received(ny_word me) { return answer_of(me)->received; }
bool ny_http_answer_box_was_cut(ny_word me) { return answer_of(me)->cut; }
bool ny_http_answer_box_is_complete(ny_word me) { return answer_of(me)->complete; }

/* Bytes behind the body were sent before anybody asked: that connection is not to be trusted. */
bool ny_http_answer_box_keeps(ny_word me) {
    const ny_http_answer_box *answer = answer_of(me);
    return answer->complete && ny_http_answer_keeps(&answer->answer) &&
           !(answer->input && answer->input->filled > answer->start);
}

/* ---- The body -------------------------------------------------------------------------------- */

/* The decoded bytes at the start of what is there: `*piece`, its length; -1: thrown. Both 0: more
   must be received, unless the body is complete. */
static ptrdiff_t decode(ny_http_answer_box *answer, const char **piece) {
    ny_http_slab *slab = answer->input;
    if (!slab || answer->start == slab->filled) return 0;
    size_t here = slab->filled - answer->start;
    *piece = slab->bytes + answer->start;
    if (answer->answer.fields.framing != NY_HTTP_CHUNKED) {
        if (!answer->answer.until_close) {
            if (here > answer->left) here = (size_t)answer->left;
            answer->left -= here;
            answer->complete = answer->left == 0;
        }
        answer->start += (uint32_t)here;
        return (ptrdiff_t)here;
    }
    size_t read = answer->start, written = answer->start;
    ny_http_limits any_length = ny_http_settings_get()->limits;
    any_length.body = UINT64_MAX / 2;
    int outcome = ny_http_chunked_decode(
        &answer->chunked, slab->bytes, &read, &written, slab->filled, &any_length);
    if (outcome == NY_HTTP_BAD) {
        fail(answer, "ProtocolError", answer->chunked.complaint);
        return -1;
    }
    ptrdiff_t count = (ptrdiff_t)(written - answer->start);
    answer->start = (uint32_t)read;
    answer->complete = outcome == 1;
    return count;
}

/* An incomplete trailer line stays in the buffer; else it is empty and can be filled anew. */
static bool make_room(ny_http_answer_box *answer) {
    ny_http_slab *slab = answer->input;
    uint32_t rest = slab ? slab->filled - answer->start : 0;
    if (!slab || slab == answer->head || rest == slab->capacity) {
        size_t wanted = rest >= INPUT_CAPACITY ? 2 * (size_t)rest : INPUT_CAPACITY;
        ny_http_slab *fresh = ny_http_slab_get(wanted);
        if (!fresh) return false;
        if (rest) memcpy(fresh->bytes, slab->bytes + answer->start, rest);
        if (slab) ny_http_slab_release(slab);
        answer->input = slab = fresh;
    } else {
        memmove(slab->bytes, slab->bytes + answer->start, rest);
    }
    slab->filled = rest;
    answer->start = 0;
    return true;
}

/* As decode(), receiving if need be: 0 only at the end of the body. */
static ptrdiff_t next_piece(ny_http_answer_box *answer, const char **piece) {
    while (!answer->complete) {
        if (!open_exchange(answer)) return -1;
        ptrdiff_t count = decode(answer, piece);
        if (count != 0) return count;
        if (answer->complete) break;
        if (!make_room(answer)) return fail_io(answer, -ENOMEM), -1;
        count = receive(answer, answer->input);
        if (!open_exchange(answer)) return -1;
        if (count == 0 && answer->answer.until_close) answer->complete = true;
        else if (count <= 0) return fail_io(answer, count), -1;
    }
    return 0;
}

ny_word ny_http_answer_box_read(ny_word me) {
    ny_http_answer_box *answer = answer_of(me);
    const char *piece = NULL;
    ptrdiff_t count = next_piece(answer, &piece);
    if (count < 0) return NY_ERROR;
    return count == 0 ? NY_NULL : ny_buffer_of(piece, (size_t)count);
}

static bool whole_room(ny_http_answer_box *answer, size_t more) {
    size_t wanted = answer->whole_length + more;
    if (wanted <= answer->whole_room) return true;
    if (wanted < 2 * answer->whole_room) wanted = 2 * answer->whole_room;
    char *block = answer->whole ? ny_memory_resize(answer->whole, answer->whole_room, wanted)
                                : ny_memory_get(wanted);
    if (!block) return fail_io(answer, -ENOMEM), false;
    answer->whole = block;
    answer->whole_room = wanted;
    return true;
}

ny_word ny_http_answer_box_read_whole(ny_word me, int64_t most) {
    ny_http_answer_box *answer = answer_of(me);
    uint64_t limit = most < 0 ? 0 : (uint64_t)most;
    if (answer->left > limit) return fail(answer, "IOError", "the body is longer than the limit");
    if (answer->left > 0 && !whole_room(answer, answer->left < TRUSTED_BODY ? (size_t)answer->left
                                                                            : TRUSTED_BODY))
        return NY_ERROR;
    for (;;) {
        const char *piece = NULL;
        ptrdiff_t count = next_piece(answer, &piece);
        if (count < 0) return NY_ERROR;
        if (count == 0) return NY_TRUE;
        if (answer->whole_length + (size_t)count > limit)
            return fail(answer, "IOError", "the body is longer than the limit");
        if (!whole_room(answer, (size_t)count)) return NY_ERROR;
        memcpy(answer->whole + answer->whole_length, piece, (size_t)count);
        answer->whole_length += (size_t)count;
    }
}

ny_word ny_http_answer_box_is_silent(ny_word socket) {
    int descriptor = ny_socket_descriptor(ny_as_socket(socket));
    char byte;
    return ny_from_bool(descriptor >= 0 &&
                        recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
                        (errno == EAGAIN || errno == EINTR));
}
