/* http_content.c: see http_content.h. */
#include "http_content.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "http_mime.h"
#include "http_request_box.h"
#include "http_websocket.h"
#include "http_writer.h"

/* Bytes of a file that leave as one piece: between two of them it is seen to it that the next is in
   memory. */
#define PIECE (1 << 20)
/* Of `path` that response.file() opened; roots of StaticFilesBoxes have the places of their Boxes. */
#define ANY_PATH 0

/* ---- Of a response --------------------------------------------------------------------------- */

ny_http_content *ny_http_content_of(ny_http_response_box *response) {
    ny_http_content *content = ny_memory_get(sizeof *content);
    if (!content) {
        ny_throw_error("OutOfMemoryError", "no memory for a response");
        return NULL;
    }
    memset(content, 0, sizeof *content);
    ny_http_response_box_drop_body(response);
    response->content = content;
    return content;
}

void ny_http_content_free(ny_http_content *content) {
    ny_http_files_release(&content->files);
    if (content->producer) ny_release(content->producer);
    ny_memory_free(content, sizeof *content);
}

unsigned ny_http_file_status(int code) {
    switch (code) {
    case EACCES:
    case EPERM:
    case EXDEV: /* leads out of the root */
    case ELOOP: return 403;
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EINVAL:
    case ENAMETOOLONG: return 404;
    case EMFILE:
    case ENFILE:
    case ENOMEM: return 503;
    default: return 500;
    }
}

ny_word ny_http_response_box_file(ny_word me, ny_word path) {
    const ny_string *text = ny_as_string(path);
    if (memchr(text->bytes, 0, text->byte_length))
        return ny_throw_error("ArgumentError", "file: a path holds no NUL");
    const char *type = ny_http_mime_of(text->bytes, text->byte_length);
    ny_http_files files;
    int code = ny_http_files_get(&files, ANY_PATH, -1, text->bytes, text->byte_length,
                                 ny_http_mime_compressible(type, strlen(type)));
    if (code < 0) return NY_ERROR;
    ny_http_response_box *response = (ny_http_response_box *)ny_as_box(me);
    if (code > 0) {
        ny_http_response_box_drop_body(response);
        response->status = (uint16_t)ny_http_file_status(code);
        return ny_retain(me);
    }
    ny_http_content *content = ny_http_content_of(response);
    if (!content) {
        ny_http_files_release(&files);
        return NY_ERROR;
    }
    content->files = files;
    return ny_retain(me);
}

ny_word ny_http_content_text(const ny_http_content *content) {
    ny_http_file *file = content->files.variant[NY_HTTP_PLAIN];
    if (!file || file->is.size == 0) return ny_string_new("", 0);
    size_t size = (size_t)file->is.size;
    char *bytes = ny_memory_get(size);
    if (!bytes)
        return ny_throw_error("OutOfMemoryError", "no memory for a file of %zu bytes", size);
    ny_http_file_hold(file);
    ny_word text = ny_http_file_read(file, bytes, 0, size) ? ny_string_from_untrusted(bytes, size)
                                                           : NY_ERROR;
    ny_http_file_release(file);
    ny_memory_free(bytes, size);
    return text;
}

/* ---- Sending a file -------------------------------------------------------------------------- */

bool ny_http_file_send(ny_http_connection *connection, const ny_http_reply *reply,
                       const char *head, size_t head_count) {
    uint64_t at = reply->file_start, left = ny_http_reply_body_sent(reply);
    do {
        size_t count = left < PIECE ? (size_t)left : PIECE;
        if (!ny_http_file_warm(reply->file, at, count)) {
            ny_release(ny_error_take()); /* the client sees that something is missing */
            return false;
        }
        int64_t deadline = ny_http_connection_patience(connection, count);
        if (!connection->socket ||
            ny_socket_send_file(connection->socket, head, head_count, reply->file->descriptor,
                                (int64_t)at, count, deadline) < 0)
            return false;
        head_count = 0;
        at += count;
        left -= count;
    } while (left > 0);
    return true;
}

/* The variant that the client likes best; the file itself where it said nothing. */
static ny_http_file *choose(const ny_http_files *files, const ny_http_request_box *request) {
    ny_http_file *const *variant = files->variant;
    if ((variant[NY_HTTP_BROTLI] || variant[NY_HTTP_GZIP]) && request) {
        ny_http_codings wanted =
            ny_http_codings_accepted(request->bytes, request->head.headers);
        if (!variant[NY_HTTP_BROTLI]) wanted.brotli = 0;
        if (!variant[NY_HTTP_GZIP]) wanted.gzip = 0;
        if (wanted.brotli && wanted.brotli >= wanted.gzip) return variant[NY_HTTP_BROTLI];
        if (wanted.gzip) return variant[NY_HTTP_GZIP];
    }
    return variant[NY_HTTP_PLAIN];
}

/* The fields that go with the selection; `room` is for those of a 206 and 416. */
static void set_fields(ny_http_reply *reply, const ny_http_file *file, bool type_given,
                       const ny_http_selection *selection, char *room, size_t room_size) {
    const char *fields = file->fields;
    size_t length = file->fields_length;
    bool content = reply->status < 300;
    size_t skipped = content ? 0 : file->content_fields;
    if (content && type_given) skipped = (size_t)(strchr(fields, '\n') + 1 - fields);
    reply->more_fields = fields + skipped;
    reply->more_length = length - skipped;
    if (reply->status != 206 && reply->status != 416) return;
    int written =
        reply->status == 206
            ? snprintf(room, room_size, "Content-Range: bytes %llu-%llu/%llu\r\n%.*s",
                       (unsigned long long)selection->start,
                       (unsigned long long)(selection->start + selection->count - 1),
                       (unsigned long long)file->is.size, (int)(length - skipped), fields + skipped)
            : snprintf(room, room_size, "Content-Range: bytes */%llu\r\n",
                       (unsigned long long)file->is.size);
    reply->more_fields = room;
    reply->more_length = (size_t)written;
}

static ny_word send_file(ny_http_connection *connection, ny_http_response_box *response) {
    char room[768]; /* more than http_file.c's fields */
    const ny_http_request_box *request = connection->current;
    ny_http_file *file = choose(&response->content->files, request);
    ny_http_reply reply;
    ny_http_response_box_reply(response, &reply);
    ny_http_selection selection = {reply.status, 0, file->is.size};
    if (reply.status == 200 && request)
        selection = ny_http_select(request->bytes, request->head.headers, request->head.method_id,
                                   &file->is, ny_clock_wall_ms() / 1000);
    reply.status = selection.status;
    set_fields(&reply, file, response->type_given, &selection, room, sizeof room);
    reply.type = NULL;
    if (reply.status < 300) {
        reply.body_length = (size_t)selection.count;
        reply.told_length = 0;
        if (file->descriptor >= 0) {
            reply.file = file;
            reply.file_start = selection.start;
        } else {
            reply.body = file->bytes + selection.start;
        }
    }
    /* The file stays while it is sent, also if the response goes: so nothing is copied. */
    ny_http_file_hold(file);
    bool stays = ny_http_connection_send(connection, &reply, NY_TRUE, response->close);
    ny_http_file_release(file);
    return ny_from_bool(stays);
}

ny_word ny_http_content_send(ny_http_connection *connection, ny_http_response_box *response) {
    ny_word producer = response->content->producer;
    if (!producer) return send_file(connection, response);
    /* The response lets go of the function, which may hold the response. */
    ny_retain(producer);
    ny_http_response_box_drop_body(response);
    ny_http_connection_hold(connection);
    ny_word outcome = response->status == 101
                          ? ny_http_websocket_run(connection, ny_from_box(response), producer)
                          : ny_http_writer_run(connection, ny_from_box(response), producer);
    ny_http_connection_release(connection);
    ny_release(producer);
    return outcome;
}
