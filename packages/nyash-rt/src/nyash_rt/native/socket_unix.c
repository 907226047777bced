/* Sockets of the file system; see socket_unix.h. Reached from socket_open.c. */
#include "socket_unix.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"

#define PREFIX "unix:"
#define PREFIX_LENGTH (sizeof PREFIX - 1)
/* A server whose queue is full cannot be waited for (connect(2): EAGAIN), so it is asked again. */
#define FULL_QUEUE_PAUSE_MS 10

bool ny_socket_is_path(ny_word host) {
    const ny_string *string = ny_as_string(host);
    return string->byte_length >= PREFIX_LENGTH && memcmp(string->bytes, PREFIX, PREFIX_LENGTH) == 0;
}

/* The address, and a new socket for it: its descriptor; -1: thrown. */
static int open_for(const char *act, ny_word host, struct sockaddr_un *address) {
    const ny_string *string = ny_as_string(host);
    const char *path = string->bytes + PREFIX_LENGTH;
    size_t length = string->byte_length - PREFIX_LENGTH;
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (length == 0 || length >= sizeof address->sun_path || memchr(path, 0, length) != NULL) {
        ny_throw_error("IOError", "cannot %s %.*s: a path has 1 to %zu bytes", act,
                       (int)string->byte_length, string->bytes, sizeof address->sun_path - 1);
        return -1;
    }
    memcpy(address->sun_path, path, length);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) ny_throw_system(errno, "cannot %s unix:%s", act, address->sun_path);
    return fd;
}

/* Whether the path is that of a socket on which nobody listens. */
static bool is_left_behind(const struct sockaddr_un *address) {
    struct stat found;
    if (lstat(address->sun_path, &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe < 0) return false;
    bool refused = connect(probe, (const struct sockaddr *)address, sizeof *address) != 0 &&
                   errno == ECONNREFUSED;
    close(probe);
    return refused;
}

ny_word ny_socket_bind_path(ny_socket *socket, ny_word host) {
    struct sockaddr_un address;
    int fd = open_for("bind", host, &address);
    if (fd < 0) return NY_ERROR;
    const struct sockaddr *plain = (const struct sockaddr *)&address;
    int code = bind(fd, plain, sizeof address) == 0 ? 0 : errno;
    if (code == EADDRINUSE && is_left_behind(&address) && unlink(address.sun_path) == 0)
        code = bind(fd, plain, sizeof address) == 0 ? 0 : errno;
    if (code != 0) {
        close(fd);
        return ny_throw_system(code, "cannot bind unix:%s", address.sun_path);
    }
    ny_socket_adopt(socket, fd, NY_SOCKET_BOUND);
    socket->peer.any.sa_family = 0;
    return NY_TRUE;
}

ny_word ny_socket_connect_path(ny_socket *socket, ny_word host) {
    struct sockaddr_un address;
    int fd = open_for("connect to", host, &address);
    if (fd < 0) return NY_ERROR;
    ny_socket_adopt(socket, fd, NY_SOCKET_CONNECTED);
    socket->peer.any.sa_family = AF_UNIX;
    int64_t deadline = ny_socket_deadline(socket);
    uint16_t generation = socket->descriptor.generation;
    int code = 0;
    while (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        code = errno;
        if (code == EINTR) continue;
        if (code != EAGAIN || ny_clock_ms() >= deadline) break;
        if (!ny_task_sleep(FULL_QUEUE_PAUSE_MS)) {
            ny_socket_release_handle(socket);
            return NY_ERROR;
        }
        code = EBADF;
        if (!socket->descriptor.open || socket->descriptor.generation != generation) break;
        code = 0;
    }
    if (code == 0) return NY_TRUE;
    if (code != EBADF) ny_socket_release_handle(socket);
    return ny_throw_system(code == EAGAIN ? ETIMEDOUT : code, "cannot connect to unix:%s",
                           address.sun_path);
}
