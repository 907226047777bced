/* Sockets: the handle and its bytes; see socket.h and nyash_io.h. Declared by socket.nyash. */
#include "socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "socket_output.h"

static ny_socket *socket_of(ny_word me) { return (ny_socket *)(void *)ny_as_box(me); }

/* ---- The handle ------------------------------------------------------------------------------ */

void ny_socket_adopt(ny_socket *socket, int fd, enum ny_socket_kind kind) {
    ny_descriptor_open(&socket->descriptor, fd);
    socket->kind = kind;
    ny_handle_opened(NY_HANDLE_SOCKET);
}

void ny_socket_release_handle(ny_socket *socket) {
    if (!ny_socket_is_open(socket)) {
        socket->descriptor.generation++; /* for a task that is about to open it */
        return;
    }
    ny_socket_output_end(socket);
    ny_descriptor_close(&socket->descriptor);
    ny_handle_closed(NY_HANDLE_SOCKET);
    ny_memory_free(socket->input, socket->room);
    socket->input = NULL;
    socket->start = socket->end = socket->room = 0;
    void *state = socket->state;
    socket->state = NULL;
    if (state != NULL) socket->free_state(state);
}

void ny_socket_shut(ny_socket *socket) { ny_socket_release_handle(socket); }

void ny_socket_destroy(ny_box *box) { ny_socket_release_handle((ny_socket *)(void *)box); }

ny_word ny_socket_close(ny_word me) {
    ny_socket_release_handle(socket_of(me));
    return NY_TRUE;
}

int ny_socket_descriptor(const ny_socket *socket) {
    return socket->descriptor.open ? socket->descriptor.fd : -1;
}

void *ny_socket_state(const ny_socket *socket) { return socket->state; }

void ny_socket_set_state(ny_socket *socket, void *state, void (*free_state)(void *)) {
    socket->state = state;
    socket->free_state = free_state;
}

/* ---- Bytes ----------------------------------------------------------------------------------- */

static size_t take_input(ny_socket *socket, void *buffer, size_t room) {
    size_t count = socket->end - socket->start;
    if (count > room) count = room;
    memcpy(buffer, socket->input + socket->start, count);
    socket->start += (uint32_t)count;
    return count;
}

ptrdiff_t ny_socket_try(ny_socket *socket, void *buffer, size_t room) {
    ny_descriptor *descriptor = &socket->descriptor;
    if (NY_UNLIKELY(!descriptor->open)) return NY_IO_CLOSED;
    if (!descriptor->readable) return -EAGAIN;
    for (;;) {
        ssize_t count = recv(descriptor->fd, buffer, room, 0);
        if (NY_UNLIKELY(count < 0)) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN) descriptor->readable = false;
            return -errno;
        }
        /* Less than asked for: it is empty now, and the poller will tell of more. After a hangup it
           has nothing more to tell. */
        if (count > 0 && (size_t)count < room && !descriptor->hangup) descriptor->readable = false;
        return count;
    }
}

int ny_socket_wait_input(ny_socket *socket, int64_t deadline) {
    ny_socket_output_settle(socket);
    return ny_descriptor_wait_readable(&socket->descriptor, deadline, "input from a socket");
}

ptrdiff_t ny_socket_receive(ny_socket *socket, void *buffer, size_t room, int64_t deadline) {
    if (!ny_task_pause_if_due()) return NY_IO_CANCELLED;
    if (NY_UNLIKELY(socket->start < socket->end))
        return (ptrdiff_t)take_input(socket, buffer, room);
    for (;;) {
        ptrdiff_t count = ny_socket_try(socket, buffer, room);
        if (NY_LIKELY(count != -EAGAIN)) return count;
        int code = ny_socket_wait_input(socket, deadline);
        if (NY_UNLIKELY(code != 0)) return code;
    }
}

int ny_socket_wait_readable(ny_socket *socket, int64_t deadline) {
    ny_descriptor *descriptor = &socket->descriptor;
    if (!descriptor->open) return NY_IO_CLOSED;
    if (descriptor->readable || socket->start < socket->end) return 1;
    ny_socket_output_settle(socket);
    if (ny_worker_stopping()) return NY_IO_STOPPING;
    ny_task *task = ny_task_current();
    task->idle = true;
    int code = ny_descriptor_wait_readable(descriptor, deadline, "a request");
    task->idle = false;
    if (NY_UNLIKELY(code != 0)) return code;
    return NY_UNLIKELY(ny_worker_stopping() && !descriptor->readable) ? NY_IO_STOPPING : 1;
}

static void socket_told(ny_descriptor *descriptor, int code) {
    ny_socket *socket = (ny_socket *)(void *)((char *)descriptor - offsetof(ny_socket, descriptor));
    socket->told(socket->state, code);
}

bool ny_socket_watch(ny_socket *socket, int64_t deadline, void (*told)(void *state, int code)) {
    socket->told = told;
    if (socket->start < socket->end) return false;
    ny_socket_output_settle(socket);
    return ny_descriptor_watch(&socket->descriptor, deadline, socket_told);
}

ptrdiff_t ny_socket_send(ny_socket *socket, const void *bytes, size_t count, int64_t deadline) {
    ny_descriptor *descriptor = &socket->descriptor;
    const char *next = bytes;
    size_t left = count;
    if (NY_UNLIKELY(socket->output != NULL))
        return ny_socket_send_parts(socket, bytes, count, NULL, 0, deadline);
    if (!ny_task_pause_if_due()) return NY_IO_CANCELLED;
    while (left > 0) {
        if (NY_UNLIKELY(!descriptor->open)) return NY_IO_CLOSED;
        if (descriptor->writable) {
            size_t stretch = left < NY_SOCKET_STRETCH ? left : NY_SOCKET_STRETCH;
            ssize_t sent = send(descriptor->fd, next, stretch, MSG_NOSIGNAL);
            if (NY_LIKELY(sent >= 0)) {
                next += sent;
                left -= (size_t)sent;
                if (NY_LIKELY(left == 0) || (size_t)sent < NY_SOCKET_STRETCH) continue;
                if (!ny_task_yield_quietly()) return NY_IO_CANCELLED;
                continue;
            }
            if (errno == EINTR) continue;
            if (errno != EAGAIN) return -errno;
        }
        int code = ny_descriptor_wait_writable(descriptor, deadline, "room to send");
        if (NY_UNLIKELY(code != 0)) return code;
    }
    return (ptrdiff_t)count;
}

/* ---- Errors and deadlines -------------------------------------------------------------------- */

int64_t ny_socket_deadline(const ny_socket *socket) {
    return socket->patience > 0 ? ny_clock_after(socket->patience) : NY_NO_DEADLINE;
}

ny_word ny_socket_fail(const ny_socket *socket, const char *act, ptrdiff_t code) {
    if (code == NY_IO_CANCELLED) return ny_task_throw_cancelled();
    char text[NY_ADDRESS_TEXT] = "a socket";
    if (socket->peer.any.sa_family != 0) ny_address_text(&socket->peer, text);
    if (code == NY_IO_TIMEOUT)
        return ny_throw_error("IOError", "cannot %s %s: no answer in time", act, text);
    if (code == NY_IO_CLOSED)
        return ny_throw_error("IOError", "cannot %s %s: the socket is closed", act, text);
    return ny_throw_system((int)-code, "cannot %s %s", act, text);
}

bool ny_socket_require_connected(const ny_socket *socket, const char *act) {
    if (NY_LIKELY(socket->kind == NY_SOCKET_CONNECTED && ny_socket_is_open(socket))) return true;
    ny_socket_fail(socket, act,
                   socket->kind == NY_SOCKET_CONNECTED ? (ptrdiff_t)NY_IO_CLOSED : -ENOTCONN);
    return false;
}

/* ---- Questions ------------------------------------------------------------------------------- */

bool ny_socket_is_server(ny_word me) {
    const ny_socket *socket = socket_of(me);
    return ny_socket_is_open(socket) && socket->kind == NY_SOCKET_LISTENING;
}

/* The peer may have left without our having read so far. */
bool ny_socket_is_connected(ny_word me) {
    const ny_socket *socket = socket_of(me);
    if (!ny_socket_is_open(socket) || socket->kind != NY_SOCKET_CONNECTED) return false;
    if (socket->start < socket->end) return true;
    char byte;
    ssize_t count = recv(socket->descriptor.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

bool ny_socket_is_disconnected(ny_word me) { return !ny_socket_is_connected(me); }

ny_word ny_socket_set_timeout(ny_word me, int64_t milliseconds) {
    socket_of(me)->patience = milliseconds > 0 ? milliseconds : 0;
    return NY_TRUE;
}

ny_word ny_socket_shutdown(ny_word me) {
    ny_socket *socket = socket_of(me);
    if (!ny_socket_is_open(socket)) return NY_FALSE;
    ny_socket_output_settle(socket);
    return ny_from_bool(shutdown(socket->descriptor.fd, SHUT_WR) == 0);
}

ny_word ny_socket_peer(ny_socket *socket) {
    if (socket->peer.any.sa_family == 0) return NY_NULL;
    char text[NY_ADDRESS_TEXT];
    ny_address_text(&socket->peer, text);
    return ny_string_text(text);
}

ny_word ny_socket_peer_address(ny_word me) { return ny_socket_peer(socket_of(me)); }

static bool local_address(ny_word me, ny_address *address) {
    socklen_t bytes = sizeof *address;
    const ny_socket *socket = socket_of(me);
    return ny_socket_is_open(socket) &&
           getsockname(socket->descriptor.fd, &address->any, &bytes) == 0;
}

ny_word ny_socket_local_address(ny_word me) {
    ny_address address;
    if (!local_address(me, &address)) return NY_NULL;
    char text[NY_ADDRESS_TEXT];
    ny_address_text(&address, text);
    return ny_string_text(text);
}

ny_word ny_socket_local_port(ny_word me) {
    ny_address address;
    return local_address(me, &address) ? ny_from_integer(ny_address_port(&address)) : NY_NULL;
}
