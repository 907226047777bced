/* Readiness by Linux's epoll; see poller.h. No Box declares these. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "poller.h"

/* Notices taken per wait. More than a busy turn brings with some hundred connections; the array
   lies on the waiting task's stack (12 bytes each). */
#define BATCH 256

static int epoll = -1; /* opened with the first descriptor */

int ny_poller_add(int descriptor, void *tag) {
    if (epoll < 0) {
        epoll = epoll_create1(EPOLL_CLOEXEC);
        if (epoll < 0) return errno;
    }
    struct epoll_event event = {
        .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
        .data.ptr = tag,
    };
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : errno;
}

void ny_poller_wait(int timeout, void (*ready)(void *tag, unsigned what)) {
    if (epoll < 0) {
        if (timeout != 0) poll(NULL, 0, timeout);
        return;
    }
    struct epoll_event events[BATCH];
    int count = epoll_wait(epoll, events, BATCH, timeout);
    if (count < 0 && errno != EINTR) {
        perror("nyash: epoll_wait");
        abort();
    }
    for (int i = 0; i < count; i++) {
        uint32_t told = events[i].events;
        unsigned what = 0;
        if (told & EPOLLIN) what |= NY_POLL_READABLE;
        if (told & EPOLLOUT) what |= NY_POLL_WRITABLE;
        if (told & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) what |= NY_POLL_HANGUP;
        ready(events[i].data.ptr, what);
    }
}
