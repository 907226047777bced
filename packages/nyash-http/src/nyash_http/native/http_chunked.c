/* http_chunked.c: the chunked transfer coding, byte by byte in the framing and by blocks in the
   data; see http_chunked.h. */
#include "http_chunked.h"

#include <stdbool.h>
#include <string.h>

#include "http_scan.h"

enum {
    SIZE,
    EXTENSION_SPACE,   /* blanks behind the size or an extension: only ';' may follow */
    EXTENSION_START,   /* behind ';' */
    EXTENSION_NAME,
    EXTENSION_EQUALS,  /* blanks behind the name */
    VALUE_START,       /* behind '=' */
    VALUE,
    QUOTED,
    QUOTED_PAIR,
    QUOTED_END,        /* behind the closing quote */
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    DONE,
};

/* 16 hexadecimal digits fill 64 bits; leading zeros beyond that are somebody's trick. */
#define MOST_DIGITS 16

static int bad(ny_http_chunked *chunked, unsigned status, const char *complaint) {
    chunked->status = (uint16_t)status;
    chunked->complaint = complaint;
    return NY_HTTP_BAD;
}

/* The state behind the end of a size or extension, or -1 where `c` cannot stand there. */
static int after_element(char c) {
    if (c == '\r') return SIZE_LF;
    if (c == ';') return EXTENSION_START;
    return ny_http_is_blank(c) ? EXTENSION_SPACE : -1;
}

/* The next state of a chunk extension (section 7.1.1), or -1. */
static int extension_step(int state, char c) {
    switch (state) {
    case EXTENSION_SPACE:
        if (ny_http_is_blank(c)) return EXTENSION_SPACE;
        return c == ';' ? EXTENSION_START : -1;
    case EXTENSION_START:
        if (ny_http_is_blank(c)) return EXTENSION_START;
        return ny_http_is(c, NY_HTTP_TOKEN) ? EXTENSION_NAME : -1;
    case EXTENSION_NAME:
        if (ny_http_is(c, NY_HTTP_TOKEN)) return EXTENSION_NAME;
        if (c == '=') return VALUE_START;
        return ny_http_is_blank(c) ? EXTENSION_EQUALS : after_element(c);
    case EXTENSION_EQUALS:
        if (ny_http_is_blank(c)) return EXTENSION_EQUALS;
        if (c == '=') return VALUE_START;
        return c == ';' ? EXTENSION_START : -1;
    case VALUE_START:
        if (ny_http_is_blank(c)) return VALUE_START;
        if (c == '"') return QUOTED;
        return ny_http_is(c, NY_HTTP_TOKEN) ? VALUE : -1;
    case VALUE:
        return ny_http_is(c, NY_HTTP_TOKEN) ? VALUE : after_element(c);
    case QUOTED:
        if (c == '"') return QUOTED_END;
        if (c == '\\') return QUOTED_PAIR;
        return ny_http_is(c, NY_HTTP_VALUE) ? QUOTED : -1;
    case QUOTED_PAIR:
        return ny_http_is(c, NY_HTTP_VALUE) ? QUOTED : -1;
    default: /* QUOTED_END */
        return after_element(c);
    }
}

/* A line's bytes lie in a buffer that may be cut anywhere, so the field parser is run on whole
   lines only. 1: the section is complete. */
static int read_trailers(ny_http_chunked *chunked, const char *bytes, size_t *read, size_t end) {
    for (;;) {
        const char *from = bytes + *read;
        const char *stop = bytes + end;
        const char *line_feed = memchr(from, '\n', (size_t)(stop - from));
        size_t length = (size_t)((line_feed ? line_feed + 1 : stop) - from);
        if (chunked->trailers + length > NY_HTTP_MOST_TRAILERS)
            return bad(chunked, 431, "the trailer section is too long");
        if (!line_feed) return NY_HTTP_MORE;
        chunked->trailers += (uint32_t)length;
        *read += length;
        if (length == 2 && *from == '\r') return 1;
        ny_http_field field;
        const char *complaint = "a line ends in LF alone";
        ptrdiff_t taken = ny_http_field_parse(from, from + length, &field, &complaint);
        if (taken != (ptrdiff_t)length) return bad(chunked, 400, complaint);
    }
}

/* One byte of the chunk size. The next state, or -1. */
static int size_step(ny_http_chunked *chunked, char c) {
    int digit = ny_http_hex(c);
    if (digit >= 0) {
        if (chunked->digits == MOST_DIGITS) return -1;
        chunked->digits++;
        chunked->left = chunked->left << 4 | (unsigned)digit;
        return SIZE;
    }
    return chunked->digits > 0 ? after_element(c) : -1;
}

/* The size line is complete: is the chunk welcome? */
static bool begin_data(ny_http_chunked *chunked, const ny_http_limits *limits) {
    chunked->digits = 0;
    if (chunked->left > limits->body || chunked->total + chunked->left > limits->body) return false;
    chunked->total += chunked->left;
    chunked->state = chunked->left > 0 ? DATA : TRAILER;
    return true;
}

int ny_http_chunked_decode(
    ny_http_chunked *chunked, char *bytes, size_t *read, size_t *written, size_t end,
    const ny_http_limits *limits) {
    for (;;) {
        if (chunked->state == TRAILER) {
            int outcome = read_trailers(chunked, bytes, read, end);
            if (outcome == 1) chunked->state = DONE;
            return outcome;
        }
        if (chunked->state == DONE) return 1;
        if (*read == end) return NY_HTTP_MORE;
        if (chunked->state == DATA) {
            size_t here = end - *read;
            if (here > chunked->left) here = (size_t)chunked->left;
            if (*read != *written) memmove(bytes + *written, bytes + *read, here);
            *read += here;
            *written += here;
            chunked->left -= here;
            if (chunked->left == 0) chunked->state = DATA_CR;
            continue;
        }
        char c = bytes[(*read)++];
        int next;
        switch (chunked->state) {
        case SIZE:
            next = size_step(chunked, c);
            if (next < 0) return bad(chunked, 400, "a chunk size is not a hexadecimal number");
            chunked->state = (uint8_t)next;
            break;
        case SIZE_LF:
            if (c != '\n') return bad(chunked, 400, "a CR stands alone in a chunk's line");
            if (!begin_data(chunked, limits)) return bad(chunked, 413, "the body is too long");
            break;
        case DATA_CR:
            if (c != '\r') return bad(chunked, 400, "chunk data does not end where its size says");
            chunked->state = DATA_LF;
            break;
        case DATA_LF:
            if (c != '\n') return bad(chunked, 400, "chunk data does not end in CRLF");
            chunked->state = SIZE;
            break;
        default:
            next = extension_step(chunked->state, c);
            if (next < 0) return bad(chunked, 400, "a chunk extension is malformed");
            if (++chunked->extensions > NY_HTTP_MOST_EXTENSIONS)
                return bad(chunked, 400, "the chunk extensions are too long");
            chunked->state = (uint8_t)next;
            break;
        }
    }
}
