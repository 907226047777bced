/* Host names; see name_lookup.h. No Box declares these. */
#include "name_lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop.h"

/* Enough for the C library's resolver (musl's needs some 10 KiB, glibc's more). */
#define THREAD_STACK_BYTES ((size_t)256 << 10)

/* Shared by the task and the thread; whoever is the second to leave frees it. From malloc, as the
   thread may not use the worker's heap. */
typedef struct question {
    int holders;  /* atomic */
    int answered; /* the writing end of a pipe; the thread closes it when it is done */
    int code;     /* of getaddrinfo */
    int count;
    uint16_t port;
    ny_address found[NY_ADDRESS_LIMIT];
    char name[256];
} question;

static void leave(question *asked) {
    if (__atomic_sub_fetch(&asked->holders, 1, __ATOMIC_ACQ_REL) == 0) free(asked);
}

static void *look_up(void *context) {
    question *asked = context;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    asked->code = getaddrinfo(asked->name, NULL, &hints, &list);
    for (struct addrinfo *item = list; item != NULL; item = item->ai_next) {
        if (asked->count == NY_ADDRESS_LIMIT) break;
        if (item->ai_family != AF_INET && item->ai_family != AF_INET6) continue;
        ny_address *address = &asked->found[asked->count++];
        memcpy(address, item->ai_addr, ny_address_bytes((ny_address *)(void *)item->ai_addr));
        if (item->ai_family == AF_INET)
            address->v4.sin_port = htons(asked->port);
        else
            address->v6.sin6_port = htons(asked->port);
    }
    if (list != NULL) freeaddrinfo(list);
    close(asked->answered);
    leave(asked);
    return NULL;
}

/* 0 or an errno. Signals stay with the worker's thread. */
static int start_thread(question *asked) {
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    int code = pthread_attr_init(&attributes);
    if (code != 0) return code;
    pthread_attr_setstacksize(&attributes, THREAD_STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    code = pthread_create(&thread, &attributes, look_up, asked);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return code;
}

int ny_name_lookup(const char *name, uint16_t port, ny_address found[NY_ADDRESS_LIMIT]) {
    question *asked = calloc(1, sizeof *asked);
    if (asked == NULL) return ny_throw_error("OutOfMemoryError", "looking up %s", name), 0;
    *asked = (question){.holders = 2, .port = port};
    memcpy(asked->name, name, strlen(name) + 1);
    int ends[2];
    int code = pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0 ? 0 : errno;
    if (code == 0) {
        asked->answered = ends[1];
        code = start_thread(asked);
        if (code != 0) close(ends[0]), close(ends[1]);
    }
    if (code != 0) {
        free(asked);
        return ny_throw_system(code, "cannot look up %s", name), 0;
    }
    ny_descriptor answer;
    ny_descriptor_open(&answer, ends[0]);
    char nothing;
    while (code == 0 && read(ends[0], &nothing, 1) < 0)
        code = ny_descriptor_wait_readable(&answer, NY_NO_DEADLINE, "a host name");
    ny_descriptor_close(&answer);
    int count = 0;
    if (code == NY_IO_CANCELLED)
        ny_task_throw_cancelled();
    else if (code != 0)
        ny_throw_system(-code, "cannot look up %s", name);
    else if (asked->code != 0)
        ny_throw_error("IOError", "cannot find %s: %s", name, gai_strerror(asked->code));
    else if ((count = asked->count) == 0)
        ny_throw_error("IOError", "cannot find %s: it has no internet address", name);
    memcpy(found, asked->found, sizeof asked->found);
    leave(asked);
    return count;
}
