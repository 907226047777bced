/* Output of a socket that waits for more of it; see socket_output.h. No Box declares these. */
#include "socket_output.h"

#include <errno.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "fault.h"

/* With its head four pages: some hundred short answers. More in one write saves nothing. */
#define OUTPUT_ROOM ((16 << 10) - sizeof(ny_socket_output))

struct ny_socket_output {
    ny_socket *socket;
    struct ny_socket_output *next, **link; /* of those to be sent; link NULL: not among them */
    uint32_t sent, end;                    /* [sent, end) of `bytes` is still to be sent */
    char bytes[];
};

static ny_socket_output *unsent;
static ny_socket_output *spare; /* one is kept: under load the next batch needs it at once */

#ifdef NYASH_FAULTS
NY_FAULT_AT_END(drop_spare) {
    if (spare != NULL) ny_memory_free(spare, sizeof *spare + OUTPUT_ROOM);
    spare = NULL;
}
#endif

static void flush_all(void) {
    while (unsent != NULL) ny_socket_output_flush(unsent->socket);
}

static void enlist(ny_socket_output *output) {
    if (unsent != NULL) unsent->link = &output->next;
    output->next = unsent;
    output->link = &unsent;
    unsent = output;
    ny_loop_before_wait = flush_all;
}

static void delist(ny_socket_output *output) {
    if (output->link == NULL) return;
    *output->link = output->next;
    if (output->next != NULL) output->next->link = output->link;
    output->link = NULL;
    if (unsent == NULL) ny_loop_before_wait = NULL;
}

static void give_back(ny_socket_output *output) {
    if (spare == NULL)
        spare = output;
    else
        ny_memory_free(output, sizeof *output + OUTPUT_ROOM);
}

/* The socket's buffer, which belongs to the caller now. */
static ny_socket_output *detach(ny_socket *socket) {
    ny_socket_output *output = socket->output;
    delist(output);
    socket->output = NULL;
    socket->descriptor.unsent = false;
    return output;
}

char *ny_socket_defer_room(ny_socket *socket, size_t count) {
    ny_socket_output *output = socket->output;
    if (output == NULL) {
        if (count > OUTPUT_ROOM || !ny_socket_is_open(socket) || socket->descriptor.broken)
            return NULL;
        output = spare != NULL ? spare : ny_memory_get(sizeof *output + OUTPUT_ROOM);
        if (output == NULL) return NULL;
        spare = NULL;
        output->socket = socket;
        output->sent = output->end = 0;
        socket->output = output;
        enlist(output);
    }
    return OUTPUT_ROOM - output->end >= count ? output->bytes + output->end : NULL;
}

void ny_socket_defer(ny_socket *socket, size_t count) { socket->output->end += (uint32_t)count; }

bool ny_socket_defers(const ny_socket *socket) { return socket->output != NULL; }

/* The kernel takes no more: the poller will tell, and then this is called again. */
static void flush_when_writable(ny_descriptor *descriptor) {
    ny_socket_output_flush(
        (ny_socket *)(void *)((char *)descriptor - offsetof(ny_socket, descriptor)));
}

void ny_socket_output_flush(ny_socket *socket) {
    ny_socket_output *output = socket->output;
    ny_descriptor *descriptor = &socket->descriptor;
    while (output->sent < output->end) {
        if (!descriptor->writable) {
            delist(output);
            ny_descriptor_tell_writable(descriptor, flush_when_writable);
            return;
        }
        ssize_t count = send(descriptor->fd, output->bytes + output->sent,
                             output->end - output->sent, MSG_NOSIGNAL);
        if (NY_LIKELY(count >= 0))
            output->sent += (uint32_t)count;
        else if (errno == EAGAIN)
            descriptor->writable = false;
        else if (errno != EINTR) {
            /* Nobody is here to be told: the next operation finds it broken too. No peer shall see
               what comes behind a gap. */
            descriptor->broken = true;
            shutdown(descriptor->fd, SHUT_RDWR);
            break;
        }
    }
    give_back(detach(socket));
}

void ny_socket_output_end(ny_socket *socket) {
    if (socket->output == NULL) return;
    ny_socket_output_flush(socket);
    if (socket->output != NULL) give_back(detach(socket));
}

/* Steps over `count` bytes that were sent. How many parts are left. */
static size_t advance(struct iovec **parts, size_t left, size_t count) {
    while (left > 0 && count >= (*parts)->iov_len) {
        count -= (*parts)->iov_len;
        ++*parts;
        left--;
    }
    if (left > 0) {
        (*parts)->iov_base = (char *)(*parts)->iov_base + count;
        (*parts)->iov_len -= count;
    }
    return left;
}

static ptrdiff_t send_all(ny_socket *socket, struct iovec *parts, size_t left, int64_t deadline) {
    ny_descriptor *descriptor = &socket->descriptor;
    left = advance(&parts, left, 0);
    while (left > 0) {
        if (NY_UNLIKELY(!descriptor->open)) return NY_IO_CLOSED;
        if (descriptor->writable) {
            struct msghdr message = {.msg_iov = parts, .msg_iovlen = left};
            size_t last = parts[left - 1].iov_len;
            if (last > NY_SOCKET_STRETCH) parts[left - 1].iov_len = NY_SOCKET_STRETCH;
            ssize_t count =
                left == 1 ? send(descriptor->fd, parts->iov_base, parts->iov_len, MSG_NOSIGNAL)
                          : sendmsg(descriptor->fd, &message, MSG_NOSIGNAL);
            parts[left - 1].iov_len = last;
            if (NY_LIKELY(count >= 0)) {
                left = advance(&parts, left, (size_t)count);
                if ((size_t)count < NY_SOCKET_STRETCH || left == 0) continue;
                if (!ny_task_yield_quietly()) return NY_IO_CANCELLED;
                continue;
            }
            if (errno == EINTR) continue;
            if (errno != EAGAIN) return -errno;
        }
        int code = ny_descriptor_wait_writable(descriptor, deadline, "room to send");
        if (NY_UNLIKELY(code != 0)) return code;
    }
    return 0;
}

/* The runs behind what waits; 0, or -errno or NY_IO_*. */
static ptrdiff_t send_behind(ny_socket *socket, struct iovec parts[3], int64_t deadline) {
    if (!ny_task_pause_if_due()) return NY_IO_CANCELLED;
    ny_socket_output *before = socket->output != NULL ? detach(socket) : NULL;
    if (before != NULL)
        parts[0] = (struct iovec){before->bytes + before->sent, before->end - before->sent};
    ptrdiff_t code = send_all(socket, parts, 3, deadline);
    if (before != NULL) give_back(before);
    return code;
}

ptrdiff_t ny_socket_send_parts(ny_socket *socket, const void *first, size_t first_count,
                               const void *second, size_t second_count, int64_t deadline) {
    struct iovec parts[3] = {
        {NULL, 0},
        {(void *)(uintptr_t)first, first_count},
        {(void *)(uintptr_t)second, second_count},
    };
    ptrdiff_t code = send_behind(socket, parts, deadline);
    return code != 0 ? code : (ptrdiff_t)(first_count + second_count);
}

ptrdiff_t ny_socket_send_file(ny_socket *socket, const void *head, size_t head_count, int file,
                              int64_t offset, size_t count, int64_t deadline) {
    ny_descriptor *descriptor = &socket->descriptor;
    struct iovec parts[3] = {{NULL, 0}, {(void *)(uintptr_t)head, head_count}, {NULL, 0}};
    /* Not with MSG_MORE: a segment of the head and the file's pages costs half as much again as two
       (100 KiB on loopback: 27 µs, 18 µs), and with TCP_NODELAY the head waits for nothing. */
    ptrdiff_t code = send_behind(socket, parts, deadline);
    off_t next = offset;
    size_t left = count;
    while (code == 0 && left > 0) {
        if (NY_UNLIKELY(!descriptor->open)) return NY_IO_CLOSED;
        if (descriptor->writable) {
            size_t stretch = left < NY_SOCKET_STRETCH ? left : NY_SOCKET_STRETCH;
            ssize_t sent = sendfile(descriptor->fd, file, &next, stretch);
            if (sent == 0) return -EIO;
            if (NY_LIKELY(sent > 0)) {
                left -= (size_t)sent;
                if ((size_t)sent == NY_SOCKET_STRETCH && left > 0 && !ny_task_yield_quietly())
                    return NY_IO_CANCELLED;
                continue;
            }
            if (errno == EINTR) continue;
            if (errno != EAGAIN) return -errno;
        }
        code = ny_descriptor_wait_writable(descriptor, deadline, "room to send");
    }
    return code != 0 ? code : (ptrdiff_t)(head_count + count);
}
