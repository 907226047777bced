/* Sockets: listening, accepting and connecting; see socket.h. Declared by socket.nyash. */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "program.h"
#include "socket.h"
#include "socket_unix.h"

/* Without a free descriptor (or memory), accepting rests until this program closes one. Others may
   free one too, which nobody tells: it tries again after so long. */
#define NO_DESCRIPTORS_PAUSE_MS 100
/* The lack is reported, but no more often than this. */
#define NO_DESCRIPTORS_REPORT_MS 60000

extern const uint16_t ny_class_id_SocketBox;

static ny_socket *socket_of(ny_word me) { return (ny_socket *)(void *)ny_as_box(me); }

static NY_COLD ny_word fail_at(const char *act, const ny_address *address, int code) {
    char text[NY_ADDRESS_TEXT];
    ny_address_text(address, text);
    return ny_throw_system(code, "cannot %s %s", act, text);
}

/* What an accepted connection may keep in the kernel beyond what its peer has room for (tcp(7)). More
   serves no peer, but a hundred that read slowly would have MiBs each copied for them at once, and
   everybody else waits meanwhile. */
#define MOST_UNSENT (128 * 1024)

static void set_option(int fd, int level, int name, int value) {
    setsockopt(fd, level, name, &value, sizeof value); /* all of them are only improvements */
}

/* A stream socket for the address; -1: thrown. */
static int open_for(const char *act, const ny_address *address) {
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return fail_at(act, address, errno), -1;
    /* Small answers must not wait for an acknowledgement; accepted sockets inherit this. */
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    return fd;
}

/* The addresses of a host for a socket that is not open; 0: thrown. Looking up a name suspends, and
   another task may open the socket meanwhile, or close it, which ends this attempt. */
static int find_for(const char *act, const ny_socket *socket, ny_word host, int64_t port,
                    ny_address *found) {
    const char *why = "the socket is in use";
    uint16_t generation = socket->descriptor.generation;
    if (!ny_socket_is_open(socket)) {
        int count = ny_address_find(host, port, found);
        if (count == 0 || NY_LIKELY(socket->descriptor.generation == generation)) return count;
        if (!ny_socket_is_open(socket)) why = "the socket is closed";
    }
    ny_throw_error("IOError", "cannot %s %.*s:%lld: %s", act,
                   (int)ny_as_string(host)->byte_length, ny_as_string(host)->bytes,
                   (long long)port, why);
    return 0;
}

/* Errors of a socket that is bound name its address. */
static NY_COLD void name_here(const ny_socket *socket, char text[static NY_ADDRESS_TEXT]) {
    ny_address address;
    socklen_t bytes = sizeof address;
    if (ny_socket_is_open(socket) &&
        getsockname(socket->descriptor.fd, &address.any, &bytes) == 0)
        ny_address_text(&address, text);
    else
        strcpy(text, "a socket");
}

static NY_COLD ny_word fail_here(const char *act, const ny_socket *socket, int code) {
    char text[NY_ADDRESS_TEXT];
    name_here(socket, text);
    return ny_throw_system(code, "cannot %s %s", act, text);
}

static NY_COLD ny_word does_not_listen(const ny_socket *socket) {
    char text[NY_ADDRESS_TEXT];
    name_here(socket, text);
    return ny_throw_error("IOError", "cannot accept on %s: the socket does not listen", text);
}

/* ---- Servers --------------------------------------------------------------------------------- */

static ny_word bind_to(ny_socket *socket, ny_word host, int64_t port, bool shared) {
    ny_address found[NY_ADDRESS_LIMIT];
    if (!ny_socket_is_open(socket) && ny_socket_is_path(host))
        return ny_socket_bind_path(socket, host);
    if (find_for("bind", socket, host, port, found) == 0) return NY_ERROR;
    int fd = open_for("bind", found);
    if (fd < 0) return NY_ERROR;
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (shared) set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, MOST_UNSENT); /* inherited, too */
    if (found->any.sa_family == AF_INET6) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (bind(fd, &found->any, ny_address_bytes(found)) != 0) {
        int code = errno;
        close(fd);
        return fail_at("bind", found, code);
    }
    ny_socket_adopt(socket, fd, NY_SOCKET_BOUND);
    socket->peer.any.sa_family = 0;
    return NY_TRUE;
}

ny_word ny_socket_bind(ny_word me, ny_word host, int64_t port) {
    return bind_to(socket_of(me), host, port, false);
}

ny_word ny_socket_bind_shared(ny_word me, ny_word host, int64_t port) {
    return bind_to(socket_of(me), host, port, true);
}

ny_word ny_socket_listen(ny_word me, int64_t backlog) {
    ny_socket *socket = socket_of(me);
    if (!ny_socket_is_open(socket) || socket->kind == NY_SOCKET_CONNECTED)
        return ny_throw_error("IOError", "cannot listen: bind the socket first");
    int length = backlog < 1 ? 1 : backlog > 65535 ? 65535 : (int)backlog;
    if (listen(socket->descriptor.fd, length) != 0) {
        int code = errno;
        return fail_here("listen on", socket, code);
    }
    socket->kind = NY_SOCKET_LISTENING;
    return NY_TRUE;
}

static ny_word accepted(int fd, const ny_address *peer) {
    ny_socket *client = (ny_socket *)(void *)ny_box_new_id(ny_class_id_SocketBox);
    if (client == NULL) {
        close(fd);
        return NY_ERROR;
    }
    ny_socket_adopt(client, fd, NY_SOCKET_CONNECTED);
    client->peer = *peer;
    return ny_from_box(client);
}

/* Errors that concern one connection, which is gone; accept(2) lists the network's. */
static bool concerns_one(int code) {
    switch (code) {
    case EINTR: case ECONNABORTED: case EPROTO: case EPERM: case ENETDOWN: case ENOPROTOOPT:
    case EHOSTDOWN: case ENONET: case EHOSTUNREACH: case EOPNOTSUPP: case ENETUNREACH:
    case ETIMEDOUT:
        return true;
    default:
        return false;
    }
}

static bool lacks_resources(int code) {
    return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

static void report_lack(int code) {
    static int64_t next_report;
    if (ny_clock_ms() < next_report) return;
    next_report = ny_clock_after(NO_DESCRIPTORS_REPORT_MS);
    ny_print_flush();
    fprintf(stderr, "nyash: cannot accept connections: %s; they wait until others are closed\n",
            strerror(code));
}

/* Somebody waits there, but we cannot accept. */
static int rest_from_accepting(ny_descriptor *descriptor, int64_t until) {
    ny_waiter waiter = {0};
    ny_waiter_join(&waiter, &ny_descriptors_wanted);
    int code = ny_descriptor_wait_readable(descriptor, until, "a connection");
    ny_waiter_leave(&waiter, &ny_descriptors_wanted);
    descriptor->readable = true; /* the poller will not tell again */
    return code;
}

/* A client; null when the deadline passes or another task closes the socket. */
static ny_word accept_until(ny_socket *server, int64_t deadline) {
    ny_descriptor *descriptor = &server->descriptor;
    if (server->kind != NY_SOCKET_LISTENING) return does_not_listen(server);
    bool at_once = deadline <= ny_clock_ms();
    if (at_once) descriptor->readable = true; /* the poller may not have told yet */
    for (;;) {
        if (!ny_task_pause_if_due()) return ny_task_throw_cancelled();
        if (!descriptor->open) return NY_NULL;
        int64_t until = deadline;
        bool resting = false;
        if (descriptor->readable) {
            ny_address peer = {0};
            socklen_t bytes = sizeof peer;
            int fd = accept4(descriptor->fd, &peer.any, &bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (NY_LIKELY(fd >= 0)) return accepted(fd, &peer);
            int code = errno;
            if (concerns_one(code)) continue;
            if (lacks_resources(code)) {
                int64_t again = ny_clock_after(NO_DESCRIPTORS_PAUSE_MS);
                if (again < until) until = again;
                resting = true;
                report_lack(code);
            } else if (code != EAGAIN) {
                return fail_here("accept on", server, code);
            } else if (at_once) {
                descriptor->readable = false;
                return NY_NULL;
            }
        }
        int code = resting ? rest_from_accepting(descriptor, until)
                           : ny_descriptor_wait_readable(descriptor, until, "a connection");
        if (code == NY_IO_CLOSED) return NY_NULL;
        if (code == NY_IO_TIMEOUT && until == deadline) return NY_NULL;
        if (code == NY_IO_CANCELLED) return ny_task_throw_cancelled();
        if (code != 0 && code != NY_IO_TIMEOUT) return fail_here("accept on", server, -code);
    }
}

ny_word ny_socket_accept(ny_word me) {
    ny_socket *server = socket_of(me);
    return accept_until(server, ny_socket_deadline(server));
}

ny_word ny_socket_accept_timeout(ny_word me, int64_t milliseconds) {
    return accept_until(socket_of(me), ny_clock_after(milliseconds));
}

/* ---- Clients --------------------------------------------------------------------------------- */

/* 0, -errno or NY_IO_*. The socket is open afterwards only if it is 0, or if another task has
   closed and opened it meanwhile. */
static int connect_to(ny_socket *socket, int fd, const ny_address *address) {
    ny_socket_adopt(socket, fd, NY_SOCKET_CONNECTED);
    socket->peer = *address;
    uint16_t generation = socket->descriptor.generation;
    int code = connect(fd, &address->any, ny_address_bytes(address)) == 0 ? 0 : -errno;
    if (code == -EINPROGRESS || code == -EINTR) {
        code = ny_descriptor_wait_writable(&socket->descriptor, ny_socket_deadline(socket),
                                           "a connection");
        socklen_t bytes = sizeof code;
        if (code == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &bytes) == 0) code = -code;
    }
    if (code != 0 && socket->descriptor.generation == generation) ny_socket_release_handle(socket);
    return code;
}

ny_word ny_socket_connect(ny_word me, ny_word host, int64_t port) {
    ny_socket *socket = socket_of(me);
    ny_address found[NY_ADDRESS_LIMIT];
    if (!ny_socket_is_open(socket) && ny_socket_is_path(host))
        return ny_socket_connect_path(socket, host);
    int count = find_for("connect to", socket, host, port, found), code = 0;
    if (count == 0) return NY_ERROR;
    for (int i = 0; i < count; i++) {
        int fd = open_for("connect to", &found[i]);
        if (fd < 0) return NY_ERROR;
        code = connect_to(socket, fd, &found[i]);
        if (code == 0) return NY_TRUE;
        if (code == NY_IO_CANCELLED || code == NY_IO_CLOSED) break;
    }
    return ny_socket_fail(socket, "connect to", code);
}
