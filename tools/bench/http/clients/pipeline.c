/* Keeps DEPTH requests on the way on each of its connections: one write for a whole batch, and the
   next when all its answers are here. wrk reads answers too slowly to drive such a load, as it runs
   a general parser over each; here an answer that begins as the last one did is stepped over.

   Usage: pipeline PORT ROUTE CONNECTIONS DEPTH SECONDS. Prints what load.lua prints. Latencies are
   those of batches: from the write to the last answer. Answers need a Content-Length. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    BUFFER_BYTES = 64 * 1024,
    EVENTS_AT_ONCE = 256,
    SLOWEST = 1000000, /* microseconds; slower batches count as this */
};

struct connection {
    int fd;
    unsigned missing; /* answers to the batch on its way */
    size_t used;
    int64_t begun;
    char buffer[BUFFER_BYTES];
};

/* How an answer looked last time: as long as its length field says the same, so does its length. */
struct shape {
    size_t head, whole, field, field_bytes;
    char length_field[40];
};

static struct shape shape;
static uint32_t slowness[SLOWEST + 1];
static uint64_t answers, bytes, batches, not_success, broken;

static int64_t now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * INT64_C(1000000) + at.tv_nsec / 1000;
}

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, errno ? strerror(errno) : "unexpected");
    exit(1);
}

/* The length of the answer at `at`, 0 if it is not whole yet. */
static size_t answer_length(const char *at, size_t there) {
    if (shape.whole && there >= shape.whole && memcmp(at, "HTTP/1.1 2", 10) == 0 &&
        memcmp(at + shape.field, shape.length_field, shape.field_bytes) == 0 &&
        memcmp(at + shape.head - 4, "\r\n\r\n", 4) == 0)
        return shape.whole;
    const char *end = memmem(at, there, "\r\n\r\n", 4);
    if (!end) return 0;
    static const char name[] = "\r\nContent-Length:";
    const char *field = memmem(at, (size_t)(end - at), name, sizeof name - 1);
    if (!field) {
        errno = 0;
        fail("an answer has no Content-Length");
    }
    char *digits_end;
    size_t head = (size_t)(end + 4 - at);
    size_t whole = head + strtoul(field + sizeof name - 1, &digits_end, 10);
    if (there < whole) return 0;
    if (memcmp(at, "HTTP/1.1 2", 10) != 0) not_success++;
    size_t field_bytes = (size_t)(digits_end + 1 - field);
    if (field_bytes <= sizeof shape.length_field) {
        shape = (struct shape){head, whole, (size_t)(field - at), field_bytes, ""};
        memcpy(shape.length_field, field, field_bytes);
    }
    return whole;
}

static void open_connection(struct connection *c, int port, int poller) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address) != 0)
        fail("connect");
    int on = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
}

static void send_batch(struct connection *c, const char *batch, size_t size, unsigned depth) {
    c->begun = now();
    c->missing = depth;
    if (send(c->fd, batch, size, MSG_NOSIGNAL) != (ssize_t)size) fail("send");
}

/* True: the batch is answered. */
static bool receive(struct connection *c) {
    ssize_t count = recv(c->fd, c->buffer + c->used, sizeof c->buffer - c->used, 0);
    if (count <= 0) {
        broken++;
        close(c->fd);
        return false;
    }
    c->used += (size_t)count;
    bytes += (uint64_t)count;
    size_t from = 0, length;
    while (c->missing > 0 && (length = answer_length(c->buffer + from, c->used - from)) > 0) {
        from += length;
        c->missing--;
        answers++;
    }
    c->used -= from;
    if (c->used > 0 && from > 0) memmove(c->buffer, c->buffer + from, c->used);
    if (c->missing > 0) return false;
    int64_t taken = now() - c->begun;
    slowness[taken < SLOWEST ? taken : SLOWEST]++;
    batches++;
    return true;
}

static long percentile(unsigned percent) {
    uint64_t seen = 0;
    for (long i = 0; i <= SLOWEST; i++) {
        seen += slowness[i];
        if (seen * 100 >= batches * percent) return i;
    }
    return SLOWEST;
}

int main(int count, char **given) {
    if (count != 6) {
        fprintf(stderr, "usage: %s PORT ROUTE CONNECTIONS DEPTH SECONDS\n", given[0]);
        return 2;
    }
    int port = atoi(given[1]), connections = atoi(given[3]), depth = atoi(given[4]);
    char request[512];
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
                          given[2], port);
    size_t size = (size_t)length * (size_t)depth;
    char *batch = malloc(size);
    struct connection *all = calloc((size_t)connections, sizeof *all);
    int poller = epoll_create1(0);
    if (length >= (int)sizeof request || !batch || !all || poller < 0) fail("start");
    for (int i = 0; i < depth; i++) memcpy(batch + i * length, request, (size_t)length);
    for (int i = 0; i < connections; i++) open_connection(&all[i], port, poller);
    int64_t start = now(), end = start + atoi(given[5]) * INT64_C(1000000);
    for (int i = 0; i < connections; i++) send_batch(&all[i], batch, size, (unsigned)depth);
    struct epoll_event events[EVENTS_AT_ONCE];
    while (now() < end && broken < (uint64_t)connections) {
        int ready = epoll_wait(poller, events, EVENTS_AT_ONCE, 100);
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            if (receive(c)) send_batch(c, batch, size, (unsigned)depth);
        }
    }
    printf("{\"requests\": %llu, \"microseconds\": %lld, \"bytes\": %llu, \"p50\": %ld, \"p99\": %ld, "
           "\"connect\": 0, \"read\": %llu, \"write\": 0, \"status\": %llu, \"timeout\": 0}\n",
           (unsigned long long)answers, (long long)(now() - start), (unsigned long long)bytes,
           percentile(50), percentile(99), (unsigned long long)broken,
           (unsigned long long)not_success);
    return 0;
}
