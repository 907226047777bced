/* What the linker puts in the place of calls that can fail, in builds with faults; see fault.h.
   The list WRAPPED_CALLS in toolchain/sanitized.py names the same. */
#include "fault.h"

#ifdef NYASH_FAULTS
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>

static bool fails(enum ny_fault_kind kind, int code) {
    if (!ny_fault_now(kind)) return false;
    errno = code;
    return true;
}

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *block, size_t bytes);
void *__real_mmap(void *at, size_t bytes, int use, int flags, int file, off_t from);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
int __real_open(const char *path, int flags, ...);
int __real_socket(int domain, int type, int protocol);
int __real_epoll_wait(int poller, struct epoll_event *events, int most, int patience);
int __real_epoll_ctl(int poller, int what, int file, struct epoll_event *event);
int __real_accept4(int socket, struct sockaddr *address, socklen_t *bytes, int flags);
int __real_connect(int socket, const struct sockaddr *address, socklen_t bytes);
ssize_t __real_read(int file, void *bytes, size_t count);
ssize_t __real_recv(int socket, void *bytes, size_t count, int flags);
ssize_t __real_write(int file, const void *bytes, size_t count);
ssize_t __real_send(int socket, const void *bytes, size_t count, int flags);

void *__wrap_malloc(size_t bytes) {
    return fails(NY_FAULT_ALLOC, ENOMEM) ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes) {
    return fails(NY_FAULT_ALLOC, ENOMEM) ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *block, size_t bytes) {
    return fails(NY_FAULT_ALLOC, ENOMEM) ? NULL : __real_realloc(block, bytes);
}

void *__wrap_mmap(void *at, size_t bytes, int use, int flags, int file, off_t from) {
    if (fails(NY_FAULT_MAP, ENOMEM)) return MAP_FAILED;
    return __real_mmap(at, bytes, use, flags, file, from);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument) {
    if (ny_fault_now(NY_FAULT_THREAD)) return EAGAIN;
    return __real_pthread_create(thread, attributes, run, argument);
}

int __wrap_open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    return fails(NY_FAULT_OPEN, EMFILE) ? -1 : __real_open(path, flags, mode);
}

int __wrap_socket(int domain, int type, int protocol) {
    return fails(NY_FAULT_OPEN, EMFILE) ? -1 : __real_socket(domain, type, protocol);
}

int __wrap_epoll_wait(int poller, struct epoll_event *events, int most, int patience) {
    if (fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    return __real_epoll_wait(poller, events, most, patience);
}

int __wrap_epoll_ctl(int poller, int what, int file, struct epoll_event *event) {
    /* Taking out of the poller never fails for want of memory. */
    if (what != EPOLL_CTL_DEL && fails(NY_FAULT_POLL, ENOSPC)) return -1;
    return __real_epoll_ctl(poller, what, file, event);
}

int __wrap_accept4(int socket, struct sockaddr *address, socklen_t *bytes, int flags) {
    if (fails(NY_FAULT_ACCEPT, EMFILE) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    return __real_accept4(socket, address, bytes, flags);
}

int __wrap_connect(int socket, const struct sockaddr *address, socklen_t bytes) {
    return fails(NY_FAULT_CONNECT, ECONNREFUSED) ? -1 : __real_connect(socket, address, bytes);
}

ssize_t __wrap_read(int file, void *bytes, size_t count) {
    if (fails(NY_FAULT_READ, EIO) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    return __real_read(file, bytes, count);
}

ssize_t __wrap_recv(int socket, void *bytes, size_t count, int flags) {
    if (fails(NY_FAULT_READ, ECONNRESET) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    return __real_recv(socket, bytes, count, flags);
}

ssize_t __wrap_write(int file, const void *bytes, size_t count) {
    if (fails(NY_FAULT_WRITE, EIO) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    return __real_write(file, bytes, count);
}

ssize_t __wrap_send(int socket, const void *bytes, size_t count, int flags) {
    if (fails(NY_FAULT_WRITE, ECONNRESET) || fails(NY_FAULT_INTERRUPT, EINTR)) return -1;
    return __real_send(socket, bytes, count, flags);
}
#endif
