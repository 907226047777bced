/* The yardstick: as little as an HTTP/1.1 server can do for the routes of the comparison.

   One process, one thread, one epoll set, edge-triggered; a connection that gave less than its
   buffer holds is known to be drained, so a request costs one read, one write and a share of one
   epoll_wait. Pipelined requests are answered in one write. It keeps what any honest server must
   do: finds the end of the head in whatever pieces it comes, skips a body of Content-Length
   bytes, honours `Connection: close` and HTTP/1.0, dates its answers, answers 404 and 400.
   Usage: server PORT [FOLDER]; below /static/ are the folder's 1k.txt, kept in memory, and 100k.txt,
   sent by sendfile. POST /echo gives a body back that comes in one piece with its head. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    BUFFER_BYTES = 8192,    /* the longest head that is understood */
    OUTPUT_BYTES = 32768,   /* answers to one buffer of pipelined requests; flushed when near full */
    ANSWER_ROOM = 2048,     /* no answer is longer */
    EVENTS_AT_ONCE = 512,
    BACKLOG = 1024,
};

struct connection {
    int fd;
    uint32_t used;      /* bytes in `buffer` */
    uint64_t to_skip;   /* bytes of a body that are still to come */
    char buffer[BUFFER_BYTES];
};

struct output {
    size_t used;
    char bytes[OUTPUT_BYTES];
};

static char small_file[1024];
static int large_file = -1;
static size_t large_size;
static char date_line[64];
static time_t dated, started;
static uint64_t requests;
static int64_t connections;

static void refresh_date(void) {
    time_t now = time(NULL);
    if (now == dated) return;
    struct tm parts;
    dated = now;
    gmtime_r(&now, &parts);
    strftime(date_line, sizeof date_line, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
}

static void answer(struct output *out, const char *status, const char *type, const char *body,
                   size_t length, bool close_after) {
    out->used += (size_t)snprintf(out->bytes + out->used, ANSWER_ROOM,
                                  "HTTP/1.1 %s\r\n%sContent-Type: %s\r\nContent-Length: %zu\r\n%s\r\n%.*s",
                                  status, date_line, type, length,
                                  close_after ? "Connection: close\r\n" : "", (int)length, body);
}

static bool is_path(const char *path, size_t length, const char *wanted) {
    return length == strlen(wanted) && memcmp(path, wanted, length) == 0;
}

static bool flush(struct connection *c, struct output *out);

/* Head and file; the head waits for the file's first bytes. */
static bool send_large(struct connection *c, struct output *out, bool close_after) {
    out->used += (size_t)snprintf(out->bytes + out->used, ANSWER_ROOM,
                                  "HTTP/1.1 200 OK\r\n%sContent-Type: text/plain\r\nContent-Length: %zu\r\n%s\r\n",
                                  date_line, large_size, close_after ? "Connection: close\r\n" : "");
    if (send(c->fd, out->bytes, out->used, MSG_NOSIGNAL | MSG_MORE) != (ssize_t)out->used) return false;
    out->used = 0;
    off_t at = 0;
    while ((size_t)at < large_size) {
        ssize_t n = sendfile(c->fd, large_file, &at, large_size - (size_t)at);
        if (n > 0 || (n < 0 && errno == EINTR)) continue;
        struct pollfd room = {.fd = c->fd, .events = POLLOUT};
        if (n == 0 || errno != EAGAIN || poll(&room, 1, 1000) <= 0) return false;
    }
    return true;
}

static void route(struct output *out, const char *path, size_t length, bool close_after) {
    static const char users[] = "/api/users/";
    char body[256];
    int written;
    if (is_path(path, length, "/")) {
        static const char text[] = "Hello, World!\n";
        answer(out, "200 OK", "text/plain; charset=utf-8", text, sizeof text - 1, close_after);
    } else if (large_file >= 0 && is_path(path, length, "/static/1k.txt")) {
        answer(out, "200 OK", "text/plain", small_file, sizeof small_file, close_after);
    } else if (is_path(path, length, "/api/status")) {
        written = snprintf(body, sizeof body,
                           "{\"status\":\"running\",\"uptime\":%lld,\"requests\":%llu,\"connections\":%lld}",
                           (long long)(dated - started), (unsigned long long)requests,
                           (long long)connections);
        answer(out, "200 OK", "application/json", body, (size_t)written, close_after);
    } else if (length > sizeof users - 1 && length < 100 &&
               memcmp(path, users, sizeof users - 1) == 0) {
        int id_length = (int)(length - (sizeof users - 1));
        const char *id = path + sizeof users - 1;
        written = snprintf(body, sizeof body, "{\"id\":\"%.*s\",\"name\":\"User %.*s\"}", id_length, id,
                           id_length, id);
        answer(out, "200 OK", "application/json", body, (size_t)written, close_after);
    } else {
        answer(out, "404 Not Found", "text/plain", "Not Found\n", 10, close_after);
    }
}

/* The value of a header in a head that ends in an empty line, or NULL. */
static const char *header(const char *head, const char *end, const char *name, size_t name_length) {
    for (const char *line = memchr(head, '\n', (size_t)(end - head)); line && line + 1 < end;
         line = memchr(line + 1, '\n', (size_t)(end - line - 1))) {
        if (strncasecmp(line + 1, name, name_length) == 0) {
            const char *value = line + 1 + name_length;
            while (*value == ' ' || *value == '\t') value++;
            return value;
        }
    }
    return NULL;
}

static bool flush(struct connection *c, struct output *out) {
    size_t sent = 0;
    while (sent < out->used) {
        ssize_t n = send(c->fd, out->bytes + sent, out->used - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false; /* a client that does not read its answers is not worth a queue */
        sent += (size_t)n;
    }
    out->used = 0;
    return true;
}

/* Answers every whole request in the buffer. False: the connection is to be closed. */
static bool serve(struct connection *c, struct output *out) {
    char *at = c->buffer, *end = c->buffer + c->used;
    bool keep = true;
    while (keep && at < end) {
        if (c->to_skip > 0) {
            uint64_t skipped = c->to_skip < (uint64_t)(end - at) ? c->to_skip : (uint64_t)(end - at);
            c->to_skip -= skipped;
            at += skipped;
            continue;
        }
        char *blank = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
        if (blank == NULL) break;
        char *head_end = blank + 4;
        char *path = memchr(at, ' ', (size_t)(blank - at));
        char *path_end = path ? memchr(path + 1, ' ', (size_t)(blank - path - 1)) : NULL;
        if (path_end == NULL || memcmp(path_end + 1, "HTTP/1.", 7) != 0) {
            answer(out, "400 Bad Request", "text/plain", "Bad Request\n", 12, true);
            keep = false;
            break;
        }
        bool old = path_end[8] == '0';
        const char *wish = header(at, head_end, "connection:", 11);
        keep = wish == NULL ? !old
                            : old ? strncasecmp(wish, "keep-alive", 10) == 0
                                  : strncasecmp(wish, "close", 5) != 0;
        const char *length = header(at, head_end, "content-length:", 15);
        c->to_skip = length ? strtoull(length, NULL, 10) : 0;
        char *query = memchr(path + 1, '?', (size_t)(path_end - path - 1));
        requests++;
        if (large_file >= 0 && is_path(path + 1, (size_t)(path_end - path - 1), "/static/100k.txt")) {
            at = head_end;
            if (!send_large(c, out, !keep)) return false;
            continue;
        }
        if (c->to_skip > 0 && c->to_skip <= 1024 && is_path(path + 1, (size_t)(path_end - path - 1), "/echo")) {
            if ((uint64_t)(end - head_end) < c->to_skip) {
                c->to_skip = 0; /* until it is all here, the request counts as not come */
                keep = true;
                break;
            }
            answer(out, "200 OK", "text/plain", head_end, c->to_skip, !keep);
            at = head_end + c->to_skip;
            c->to_skip = 0;
            continue;
        }
        route(out, path + 1, (size_t)((query ? query : path_end) - path - 1), !keep);
        at = head_end;
        if (out->used > OUTPUT_BYTES - ANSWER_ROOM && !flush(c, out)) return false;
    }
    c->used = (uint32_t)(end - at);
    if (at != c->buffer) memmove(c->buffer, at, c->used);
    if (out->used > 0 && !flush(c, out)) return false;
    return keep && c->used < BUFFER_BYTES;
}

static void end_connection(struct connection *c) {
    close(c->fd);
    free(c);
    connections--;
}

/* `ended`: the client has sent its last byte, so a short read does not mean that more may come. */
static void readable(struct connection *c, bool ended) {
    static struct output out;
    out.used = 0;
    for (;;) {
        size_t room = BUFFER_BYTES - c->used;
        ssize_t n = recv(c->fd, c->buffer + c->used, room, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) break;
        c->used += (uint32_t)n;
        if (!serve(c, &out)) break;
        if ((size_t)n < room && !ended) return; /* drained: the next edge tells of more */
    }
    end_connection(c);
}

static void accept_all(int listener, int epoll) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        struct connection *c = malloc(sizeof *c);
        if (c == NULL) {
            close(fd);
            continue;
        }
        int yes = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        c->fd = fd;
        c->used = 0;
        c->to_skip = 0;
        connections++;
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = c};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) end_connection(c);
    }
}

static int listen_on(uint16_t port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, BACKLOG) < 0) {
        perror("server: bind or listen");
        exit(1);
    }
    return fd;
}

static void open_files(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/1k.txt", folder);
    int small = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "%s/100k.txt", folder);
    large_file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (small < 0 || large_file < 0 || fstat(large_file, &status) < 0 ||
        read(small, small_file, sizeof small_file) != (ssize_t)sizeof small_file) {
        fprintf(stderr, "server: there are not 1k.txt and 100k.txt in %s\n", folder);
        exit(1);
    }
    large_size = (size_t)status.st_size;
    close(small);
}

int main(int count, char **arguments) {
    if (count != 2 && count != 3) {
        fprintf(stderr, "usage: server PORT [FOLDER]\n");
        return 2;
    }
    if (count == 3) open_files(arguments[2]);
    signal(SIGPIPE, SIG_IGN);
    int listener = listen_on((uint16_t)atoi(arguments[1]));
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    started = time(NULL);
    static struct epoll_event events[EVENTS_AT_ONCE];
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS_AT_ONCE, -1);
        refresh_date();
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr == NULL) accept_all(listener, epoll);
            else readable(events[i].data.ptr, (events[i].events & (EPOLLRDHUP | EPOLLHUP)) != 0);
        }
    }
}
