/* What the linker puts in the place of calls that can fail, in builds with faults; see fault.h.
   The list WRAPPED_CALLS in toolchain/sanitized.py names the same. */
#include "fault.h"

#ifdef NYASH_FAULTS
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

static bool fails(enum ny_fault_kind kind, int code) {
    if (!ny_fault_now(kind)) return false;
    errno = code;
    return true;
}

/* A call that only fails: what it is replaced by. */
#define REPLACE(result, failed, kind, code, name, parameters, arguments)                           \
    result __real_##name parameters;                                                               \
    result __wrap_##name parameters {                                                              \
        return fails(kind, code) ? (failed) : __real_##name arguments;                             \
    }

/* ---- Memory and threads ---------------------------------------------------------------------- */

REPLACE(void *, NULL, NY_FAULT_ALLOC, ENOMEM, malloc, (size_t bytes), (bytes))
REPLACE(void *, NULL, NY_FAULT_ALLOC, ENOMEM, calloc, (size_t count, size_t bytes), (count, bytes))
REPLACE(void *, NULL, NY_FAULT_ALLOC, ENOMEM, realloc, (void *block, size_t bytes), (block, bytes))
REPLACE(void *, MAP_FAILED, NY_FAULT_MAP, ENOMEM, mmap,
        (void *at, size_t bytes, int use, int flags, int file, off_t from),
        (at, bytes, use, flags, file, from))
REPLACE(int, -1, NY_FAULT_MAP, ENOMEM, mprotect, (void *at, size_t bytes, int use),
        (at, bytes, use))
REPLACE(int, -1, NY_FAULT_MAP, ENOMEM, madvise, (void *at, size_t bytes, int advice),
        (at, bytes, advice))
REPLACE(int, EAGAIN, NY_FAULT_THREAD, EAGAIN, pthread_create,
        (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument),
        (thread, attributes, run, argument))

/* ---- Files ----------------------------------------------------------------------------------- */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    return fails(NY_FAULT_OPEN, EMFILE) ? -1 : __real_open(path, flags, mode);
}

REPLACE(DIR *, NULL, NY_FAULT_OPEN, EMFILE, opendir, (const char *path), (path))
REPLACE(int, -1, NY_FAULT_OPEN, EMFILE, pipe2, (int ends[2], int flags), (ends, flags))
REPLACE(int, -1, NY_FAULT_SYSTEM, EIO, stat, (const char *path, struct stat *found), (path, found))
REPLACE(int, -1, NY_FAULT_SYSTEM, EIO, lstat, (const char *path, struct stat *found),
        (path, found))
REPLACE(int, -1, NY_FAULT_SYSTEM, EIO, fstat, (int file, struct stat *found), (file, found))
REPLACE(off_t, -1, NY_FAULT_SYSTEM, EIO, lseek, (int file, off_t by, int from), (file, by, from))
REPLACE(int, -1, NY_FAULT_SYSTEM, EIO, ftruncate, (int file, off_t bytes), (file, bytes))
REPLACE(int, -1, NY_FAULT_SYSTEM, EIO, unlink, (const char *path), (path))
REPLACE(int, -1, NY_FAULT_SYSTEM, EIO, rename, (const char *from, const char *to), (from, to))
REPLACE(int, -1, NY_FAULT_SYSTEM, EIO, mkdir, (const char *path, mode_t mode), (path, mode))
REPLACE(int, -1, NY_FAULT_SYSTEM, EIO, rmdir, (const char *path), (path))

/* Which files are in which poller, and as what. */
#define MOST_WATCHED 4096
static struct {
    int poller; /* 0: none; that is standard input */
    struct epoll_event event;
    bool is_counter; /* an eventfd: the kernel takes all eight bytes of a write, or none, at once */
} watched[MOST_WATCHED];

int __real_eventfd(unsigned first, int flags);
int __wrap_eventfd(unsigned first, int flags) {
    if (fails(NY_FAULT_OPEN, EMFILE)) return -1;
    int file = __real_eventfd(first, flags);
    if (file >= 0 && file < MOST_WATCHED) watched[file].is_counter = true;
    return file;
}

/* On Linux the descriptor is free whatever close says. */
int __real_close(int file);
int __wrap_close(int file) {
    if (file >= 0 && file < MOST_WATCHED) watched[file].poller = 0, watched[file].is_counter = false;
    int code = __real_close(file);
    return fails(NY_FAULT_CLOSE, EIO) ? -1 : code;
}

/* ---- Sockets and the poller ------------------------------------------------------------------ */

REPLACE(int, -1, NY_FAULT_OPEN, EMFILE, socket, (int domain, int type, int protocol),
        (domain, type, protocol))
REPLACE(int, -1, NY_FAULT_SYSTEM, EADDRINUSE, bind,
        (int socket, const struct sockaddr *address, socklen_t bytes), (socket, address, bytes))
REPLACE(int, -1, NY_FAULT_SYSTEM, EADDRINUSE, listen, (int socket, int most), (socket, most))
REPLACE(int, -1, NY_FAULT_SYSTEM, ENOBUFS, getsockname,
        (int socket, struct sockaddr *address, socklen_t *bytes), (socket, address, bytes))
/* It says so only of a connection that is gone; one that is said to be, but goes on, would leave both
   sides waiting for each other. */
int __real_shutdown(int socket, int how);
int __wrap_shutdown(int socket, int how) {
    if (!fails(NY_FAULT_SYSTEM, ENOTCONN)) return __real_shutdown(socket, how);
    __real_shutdown(socket, SHUT_RDWR);
    errno = ENOTCONN;
    return -1;
}

REPLACE(int, EAI_MEMORY, NY_FAULT_SYSTEM, ENOMEM, getaddrinfo,
        (const char *host, const char *service, const struct addrinfo *hints,
         struct addrinfo **found),
        (host, service, hints, found))
REPLACE(int, -1, NY_FAULT_CONNECT, ECONNREFUSED, connect,
        (int socket, const struct sockaddr *address, socklen_t bytes), (socket, address, bytes))
REPLACE(int, -1, NY_FAULT_OPEN, EMFILE, epoll_create1, (int flags), (flags))
REPLACE(int, -1, NY_FAULT_INTERRUPT, EINTR, epoll_wait,
        (int poller, struct epoll_event *events, int most, int patience),
        (poller, events, most, patience))

int __real_epoll_ctl(int poller, int what, int file, struct epoll_event *event);
int __wrap_epoll_ctl(int poller, int what, int file, struct epoll_event *event) {
    /* Taking out of the poller never fails for want of memory. */
    if (what != EPOLL_CTL_DEL && fails(NY_FAULT_POLL, ENOSPC)) return -1;
    int code = __real_epoll_ctl(poller, what, file, event);
    if (code == 0 && what != EPOLL_CTL_DEL && file < MOST_WATCHED) {
        watched[file].poller = poller;
        watched[file].event = *event;
    }
    return code;
}

/* A poller that tells of edges has told of this one already: it must tell again, as the kernel
   would if the socket had become ready later. */
static void tell_again(int file) {
    int code = errno;
    if (file < MOST_WATCHED && watched[file].poller != 0)
        __real_epoll_ctl(watched[file].poller, EPOLL_CTL_MOD, file, &watched[file].event);
    errno = code;
}

static bool not_yet(int file) {
    if (!fails(NY_FAULT_AGAIN, EAGAIN)) return false;
    tell_again(file);
    return true;
}

int __real_accept4(int socket, struct sockaddr *address, socklen_t *bytes, int flags);
int __wrap_accept4(int socket, struct sockaddr *address, socklen_t *bytes, int flags) {
    if (fails(NY_FAULT_ACCEPT, EMFILE) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    if (not_yet(socket)) return -1;
    return __real_accept4(socket, address, bytes, flags);
}

/* ---- Bytes ----------------------------------------------------------------------------------- */

static size_t shortened(size_t count) {
    return count > 1 && ny_fault_now(NY_FAULT_SHORT) ? 1 : count;
}

ssize_t __real_read(int file, void *bytes, size_t count);
ssize_t __wrap_read(int file, void *bytes, size_t count) {
    if (fails(NY_FAULT_READ, EIO) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    return __real_read(file, bytes, shortened(count));
}

ssize_t __real_pread(int file, void *bytes, size_t count, off_t from);
ssize_t __wrap_pread(int file, void *bytes, size_t count, off_t from) {
    if (fails(NY_FAULT_READ, EIO) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    return __real_pread(file, bytes, shortened(count), from);
}

ssize_t __real_recv(int socket, void *bytes, size_t count, int flags);
ssize_t __wrap_recv(int socket, void *bytes, size_t count, int flags) {
    if (fails(NY_FAULT_READ, ECONNRESET) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    if (not_yet(socket)) return -1;
    size_t most = shortened(count);
    ssize_t got = __real_recv(socket, bytes, most, flags);
    if (most < count) tell_again(socket); /* a short read means that there is no more */
    return got;
}

ssize_t __real_write(int file, const void *bytes, size_t count);
ssize_t __wrap_write(int file, const void *bytes, size_t count) {
    if (file < MOST_WATCHED && watched[file].is_counter) return __real_write(file, bytes, count);
    if (fails(NY_FAULT_WRITE, EIO) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    return __real_write(file, bytes, shortened(count));
}

ssize_t __real_pwrite(int file, const void *bytes, size_t count, off_t from);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t count, off_t from) {
    if (fails(NY_FAULT_WRITE, EIO) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    return __real_pwrite(file, bytes, shortened(count), from);
}

ssize_t __real_send(int socket, const void *bytes, size_t count, int flags);
ssize_t __wrap_send(int socket, const void *bytes, size_t count, int flags) {
    if (fails(NY_FAULT_WRITE, ECONNRESET) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    if (not_yet(socket)) return -1;
    return __real_send(socket, bytes, shortened(count), flags);
}

ssize_t __real_sendmsg(int socket, const struct msghdr *message, int flags);
ssize_t __wrap_sendmsg(int socket, const struct msghdr *message, int flags) {
    if (fails(NY_FAULT_WRITE, ECONNRESET) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    if (not_yet(socket)) return -1;
    const struct iovec *first = message->msg_iov;
    if (shortened(first->iov_len) < first->iov_len)
        return __real_send(socket, first->iov_base, 1, flags);
    return __real_sendmsg(socket, message, flags);
}
#endif
