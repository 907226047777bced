/* parser_harness: runs byte streams through the HTTP parser and says what it saw.

   Standard input: records of a 32-bit little-endian length and that many bytes, each one stream
   of a client. Standard output: per record its lines, then a line ".". Every stream is also fed cut
   in two at each byte, and byte by byte; a difference prints "SPLIT …". Each feeding lies in a block of
   exactly its size, so that the address sanitizer sees a byte read too far.

   Arguments: head, target, headers and body limits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_message.h"

static ny_http_limits limits = {65536, 16384, 100, 1 << 20};

typedef struct text {
    char *bytes;
    size_t length, room;
} text;

static void put(text *out, const char *bytes, size_t length) {
    if (out->length + length > out->room) {
        out->room = 2 * (out->length + length);
        out->bytes = realloc(out->bytes, out->room);
    }
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

static void put_text(text *out, const char *zero_terminated) {
    put(out, zero_terminated, strlen(zero_terminated));
}

static void put_hex(text *out, const char *label, const char *bytes, size_t length) {
    put_text(out, label);
    for (size_t i = 0; i < length; i++) {
        char two[3];
        snprintf(two, sizeof two, "%02x", (unsigned char)bytes[i]);
        put(out, two, 2);
    }
}

static void put_slice(text *out, const char *label, const char *bytes, ny_http_slice slice) {
    put_hex(out, label, bytes + slice.start, slice.length);
}

static void put_request(text *out, const char *bytes, const ny_http_message *message) {
    const ny_http_request *head = &message->head;
    char line[128];
    put_slice(out, "request method=", bytes, head->method);
    put_slice(out, " path=", bytes, head->path);
    put_slice(out, " query=", bytes, head->query);
    put_slice(out, " host=", bytes, head->host);
    snprintf(line, sizeof line, " id=%u minor=%u framing=%u flags=%u length=%llu", head->method_id,
             head->minor, head->framing, head->flags, (unsigned long long)head->content_length);
    put_text(out, line);
    put_hex(out, " body=", bytes + head->head_length, message->body_length);
    put_text(out, "\n");
    uint32_t at = head->headers;
    ny_http_field field;
    while (ny_http_field_next(bytes, &at, &field)) {
        put_hex(out, "field ", field.name, field.name_length);
        put_hex(out, "=", field.value, field.value_length);
        put_text(out, "\n");
    }
}

/* The stream, given first up to `cut`, then whole; with step, byte by byte. */
static text feed(const char *stream, size_t count, size_t cut, int step) {
    text out = {0};
    size_t given = cut;
    size_t base = 0; /* first byte of the current message in the stream */
    ny_http_message message = {0};
    /* The message's bytes as the parser has them: decoded body in front, raw bytes behind. */
    char *held = malloc(1);
    size_t have = 0, taken = 0; /* bytes held; stream bytes they came from */
    for (;;) {
        size_t fresh = given - base - taken;
        char *block = malloc(have + fresh ? have + fresh : 1);
        memcpy(block, held, have);
        memcpy(block + have, stream + base + taken, fresh);
        free(held);
        held = block;
        have += fresh;
        taken += fresh;
        ptrdiff_t outcome = ny_http_message_parse(&message, held, have, &limits);
        if (outcome > 0) {
            put_request(&out, held, &message);
            size_t rest = have - (size_t)outcome;
            base += taken - rest;
            taken = have = 0;
            memset(&message, 0, sizeof message);
            if (base < count) continue;
            break;
        }
        if (outcome == NY_HTTP_BAD) {
            char line[256];
            snprintf(line, sizeof line, "bad %u %s\n", message.head.status, message.head.complaint);
            put_text(&out, line);
            break;
        }
        have = ny_http_message_compact(&message, held, have);
        if (given == count) {
            put_text(&out, message.head_done ? "more body\n" : "more head\n");
            break;
        }
        given = step ? given + 1 : count;
    }
    free(held);
    return out;
}

static void check(const char *stream, size_t count, size_t cut, int step, const text *expected) {
    text out = feed(stream, count, cut, step);
    if (out.length != expected->length || memcmp(out.bytes, expected->bytes, out.length) != 0)
        printf("SPLIT at %zu step %d: %.*s\n", cut, step, (int)out.length, out.bytes);
    free(out.bytes);
}

int main(int count, char **arguments) {
    if (count == 5) {
        limits.head = (uint32_t)atol(arguments[1]);
        limits.target = (uint32_t)atol(arguments[2]);
        limits.headers = (uint32_t)atol(arguments[3]);
        limits.body = (uint64_t)atol(arguments[4]);
    }
    unsigned char prefix[4];
    while (fread(prefix, 1, 4, stdin) == 4) {
        size_t length = prefix[0] | prefix[1] << 8 | prefix[2] << 16 | (size_t)prefix[3] << 24;
        char *stream = malloc(length ? length : 1);
        if (fread(stream, 1, length, stdin) != length) return 2;
        text out = feed(stream, length, length, 0);
        fwrite(out.bytes, 1, out.length, stdout);
        if (length <= 4096) { /* longer ones would take square time */
            for (size_t cut = 0; cut < length; cut++) check(stream, length, cut, 0, &out);
            check(stream, length, 0, 1, &out);
        } else {
            for (size_t cut = 500; cut < length; cut += 1499) check(stream, length, cut, 0, &out);
        }
        puts(".");
        fflush(stdout);
        free(out.bytes);
        free(stream);
    }
    return 0;
}
