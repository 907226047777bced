/* Sockets: reading and writing Strings and bytes; see socket.h. Declared by socket.nyash.

   What readLine and readExact receive beyond their need stays in `input` for the next read. */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "program.h"
#include "socket.h"

#define FIRST_ROOM ((uint32_t)4 << 10)
#define KEPT_ROOM ((uint32_t)64 << 10)  /* an empty buffer larger than this is given back */
#define LINE_LIMIT ((uint32_t)1 << 20)  /* a sender without line ends must not fill our memory */
#define READ_MOST ((int64_t)64 << 10)   /* of a read() without a count */
#define EXACT_LIMIT ((int64_t)1 << 30)

static ny_socket *socket_of(ny_word me) { return (ny_socket *)(void *)ny_as_box(me); }

static uint32_t buffered(const ny_socket *socket) { return socket->end - socket->start; }

/* Room for `wanted` more bytes behind `end`. False: thrown. */
static bool make_room(ny_socket *socket, uint32_t wanted) {
    if (socket->room - socket->end >= wanted) return true;
    uint32_t count = buffered(socket);
    if (count > 0) memmove(socket->input, socket->input + socket->start, count);
    socket->start = 0;
    socket->end = count;
    if (socket->room - count >= wanted) return true;
    uint32_t room = socket->room ? socket->room * 2 : FIRST_ROOM;
    if (room - count < wanted) room = count + wanted;
    char *larger = ny_memory_resize(socket->input, socket->room, room);
    if (larger == NULL) {
        ny_throw_error("OutOfMemoryError", "no memory for input from a socket");
        return false;
    }
    socket->input = larger;
    socket->room = room;
    return true;
}

static void give_back_room(ny_socket *socket) {
    if (buffered(socket) > 0) return;
    socket->start = socket->end = 0;
    if (socket->room <= KEPT_ROOM) return;
    ny_memory_free(socket->input, socket->room);
    socket->input = NULL;
    socket->room = 0;
}

/* More bytes into the buffer: their number, 0 at the end of the stream, -1: thrown,
   NY_IO_TIMEOUT (not thrown). Waits without a pointer into the buffer, as another task may read
   from or close the socket meanwhile. */
static ptrdiff_t fill(ny_socket *socket, uint32_t wanted, int64_t deadline) {
    ptrdiff_t count = ny_task_pause_if_due() ? 0 : NY_IO_CANCELLED;
    while (count == 0) {
        if (!make_room(socket, wanted)) return -1;
        count = ny_socket_try(socket, socket->input + socket->end, socket->room - socket->end);
        if (NY_LIKELY(count >= 0)) {
            socket->end += (uint32_t)count;
            return count;
        }
        if (count == -EAGAIN) count = ny_socket_wait_input(socket, deadline);
    }
    if (count == NY_IO_TIMEOUT) return count;
    ny_socket_fail(socket, "read from", count);
    return -1;
}

static NY_COLD ny_word too_late(const ny_socket *socket) {
    return ny_socket_fail(socket, "read from", NY_IO_TIMEOUT);
}

/* How many of the bytes are whole UTF-8 characters: a last one may have come in part. */
static uint32_t whole_characters(const char *bytes, uint32_t count) {
    for (uint32_t back = 1; back <= 3 && back <= count; back++) {
        unsigned char byte = (unsigned char)bytes[count - back];
        if ((byte & 0xC0) == 0x80) continue; /* goes on a character that began before */
        uint32_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return length > back ? count - back : count;
    }
    return count;
}

static ny_word take_text(ny_socket *socket, uint32_t count) {
    ny_word text = ny_string_from_untrusted(socket->input + socket->start, count);
    socket->start += count;
    give_back_room(socket);
    return text;
}

/* Between 1 and `most` bytes as text; null at the end; `otherwise` (or an error if that is
   NY_ERROR) when the deadline passes. */
static ny_word read_text(ny_socket *socket, int64_t most, int64_t deadline, ny_word otherwise) {
    if (!ny_socket_require_connected(socket, "read from")) return NY_ERROR;
    if (most == 0) return ny_string_new("", 0);
    for (;;) {
        uint32_t count = buffered(socket);
        if (count > most) count = (uint32_t)most;
        uint32_t whole = count > 0 ? whole_characters(socket->input + socket->start, count) : 0;
        if (whole > 0) return take_text(socket, whole);
        if (count > 0 && count == most) return take_text(socket, count); /* part of one was asked */
        ptrdiff_t more = fill(socket, FIRST_ROOM, deadline);
        if (more == -1) return NY_ERROR;
        if (more == NY_IO_TIMEOUT)
            return otherwise == NY_ERROR ? too_late(socket) : ny_retain(otherwise);
        if (more == 0) return count > 0 ? take_text(socket, count) : NY_NULL;
    }
}

ny_word ny_socket_read(ny_word me) {
    ny_socket *socket = socket_of(me);
    return read_text(socket, READ_MOST, ny_socket_deadline(socket), NY_ERROR);
}

static NY_COLD ny_word cannot_read(int64_t count) {
    return ny_throw_error("ArgumentError", "cannot read %lld bytes at once", (long long)count);
}

ny_word ny_socket_read_some(ny_word me, int64_t most) {
    if (most < 0) return cannot_read(most);
    ny_socket *socket = socket_of(me);
    return read_text(socket, most, ny_socket_deadline(socket), NY_ERROR);
}

ny_word ny_socket_recv_timeout(ny_word me, int64_t milliseconds) {
    ny_word nothing = ny_string_new("", 0);
    if (nothing == NY_ERROR) return NY_ERROR;
    ny_word text = read_text(socket_of(me), READ_MOST, ny_clock_after(milliseconds), nothing);
    ny_release(nothing);
    return text;
}

ny_word ny_socket_read_bytes(ny_word me, int64_t most) {
    if (most < 0) return cannot_read(most);
    ny_socket *socket = socket_of(me);
    if (!ny_socket_require_connected(socket, "read from")) return NY_ERROR;
    if (buffered(socket) == 0 && most > 0) {
        ptrdiff_t more = fill(socket, FIRST_ROOM, ny_socket_deadline(socket));
        if (more == -1) return NY_ERROR;
        if (more == NY_IO_TIMEOUT) return too_late(socket);
        if (more == 0) return NY_NULL;
    }
    uint32_t count = buffered(socket);
    if (count > most) count = (uint32_t)most;
    ny_word bytes = ny_buffer_of(socket->input + socket->start, count);
    if (bytes == NY_ERROR) return NY_ERROR;
    socket->start += count;
    give_back_room(socket);
    return bytes;
}

ny_word ny_socket_read_line(ny_word me) {
    ny_socket *socket = socket_of(me);
    if (!ny_socket_require_connected(socket, "read from")) return NY_ERROR;
    int64_t deadline = ny_socket_deadline(socket);
    uint32_t searched = 0;
    for (;;) {
        uint32_t count = buffered(socket);
        const char *line = socket->input + socket->start;
        const char *newline =
            count > searched ? memchr(line + searched, '\n', count - searched) : NULL;
        if (newline != NULL) {
            uint32_t length = (uint32_t)(newline - line);
            bool carriage = length > 0 && line[length - 1] == '\r';
            ny_word text = ny_string_from_untrusted(line, length - carriage);
            socket->start += length + 1;
            give_back_room(socket);
            return text;
        }
        searched = count;
        if (count >= LINE_LIMIT)
            return ny_throw_error("IOError", "a line of more than %u bytes", LINE_LIMIT);
        ptrdiff_t more = fill(socket, FIRST_ROOM, deadline);
        if (more == -1) return NY_ERROR;
        if (more == NY_IO_TIMEOUT) return too_late(socket);
        if (more == 0) return count > 0 ? take_text(socket, count) : NY_NULL;
    }
}

ny_word ny_socket_read_exact(ny_word me, int64_t count) {
    ny_socket *socket = socket_of(me);
    if (!ny_socket_require_connected(socket, "read from")) return NY_ERROR;
    if (count < 0 || count > EXACT_LIMIT)
        return cannot_read(count);
    int64_t deadline = ny_socket_deadline(socket);
    while (buffered(socket) < count) {
        /* Room grows with what comes, not with what was announced. */
        ptrdiff_t more = fill(socket, FIRST_ROOM, deadline);
        if (more == -1) return NY_ERROR;
        if (more == NY_IO_TIMEOUT) return too_late(socket);
        if (more > 0) continue;
        if (buffered(socket) == 0) return NY_NULL;
        return ny_throw_error("IOError", "the stream ended after %u of %lld bytes",
                              buffered(socket), (long long)count);
    }
    return take_text(socket, (uint32_t)count);
}

ny_word ny_socket_write(ny_word me, ny_word content) {
    ny_socket *socket = socket_of(me);
    if (!ny_socket_require_connected(socket, "write to")) return NY_ERROR;
    size_t count;
    const char *bytes;
    ny_word text = NY_NULL;
    if (ny_is_box(content) && ny_is(content, NY_CLASS_BUFFER)) {
        /* Copied: another task may change the buffer while this one waits. */
        bytes = ny_buffer_bytes(content, &count);
        text = ny_buffer_of(bytes, count);
        if (text == NY_ERROR) return NY_ERROR;
        bytes = ny_buffer_bytes(text, &count);
    } else {
        text = ny_to_string(content);
        if (text == NY_ERROR) return NY_ERROR;
        bytes = ny_as_string(text)->bytes;
        count = ny_as_string(text)->byte_length;
    }
    ptrdiff_t sent = ny_socket_send(socket, bytes, count, ny_socket_deadline(socket));
    ny_release(text);
    return NY_LIKELY(sent >= 0) ? NY_TRUE : ny_socket_fail(socket, "write to", sent);
}
