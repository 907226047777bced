/* http_request: reads the head of an HTTP/1 request. Bytes in, slices out; no memory, no I/O.

   A slice is a place in the caller's bytes, counted from the first byte given to the parser, so
   the bytes may move between calls. The parser goes on where it stopped: call it again with the
   same bytes and more behind them. A line that came in pieces is read
   again only when it may be complete, so that many small pieces cost no more than a few.

   Strict by RFC 9112: lines end in CRLF; no folding, no blank before a colon; what two servers
   could frame differently (section 6.3, section 11.2) is refused, never mended. */
#ifndef NY_HTTP_REQUEST_H
#define NY_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NY_HTTP_BAD = -1, NY_HTTP_MORE = -2 };

typedef struct ny_http_slice {
    uint32_t start;
    uint32_t length;
} ny_http_slice;

enum ny_http_method {
    NY_HTTP_GET,
    NY_HTTP_HEAD,
    NY_HTTP_POST,
    NY_HTTP_PUT,
    NY_HTTP_DELETE,
    NY_HTTP_PATCH,
    NY_HTTP_OPTIONS,
    NY_HTTP_TRACE,
    NY_HTTP_OTHER_METHOD, /* any other token; the program decides */
};

/* How the body's end is found (RFC 9112 section 6.3). */
enum ny_http_framing { NY_HTTP_NO_BODY, NY_HTTP_LENGTH, NY_HTTP_CHUNKED };

enum ny_http_request_flags {
    NY_HTTP_CLOSE = 1,           /* Connection: close */
    NY_HTTP_KEEP_ALIVE = 2,      /* Connection: keep-alive */
    NY_HTTP_EXPECT_CONTINUE = 4, /* Expect: 100-continue, from an HTTP/1.1 client */
    NY_HTTP_UPGRADE = 8,         /* Connection: upgrade */
    NY_HTTP_ESCAPED = 16,        /* the path holds percent escapes, all of them valid */
    NY_HTTP_ABSOLUTE = 32,       /* the target was in absolute form; its authority is `host` */
};

typedef struct ny_http_limits {
    uint32_t head;    /* bytes of request line and header section together; 431 beyond */
    uint32_t target;  /* bytes of the request target; 414 beyond */
    uint32_t headers; /* number of field lines; 431 beyond */
    uint64_t body;    /* bytes of the body without its framing; 413 beyond */
} ny_http_limits;

typedef struct ny_http_request {
    /* Where the parser stands; all zero at the start of a request. */
    uint32_t line;     /* start of the first line not understood yet */
    uint32_t searched; /* before this byte there is no control byte in that line */
    /* What it found. Whole when the parser returned a length. */
    ny_http_slice method;
    ny_http_slice path;  /* as sent; "*" for OPTIONS * */
    ny_http_slice query; /* behind the '?', which is not part of it; length 0 if none */
    ny_http_slice host;  /* authority of the target, else the Host field; length 0 if none */
    uint32_t headers;    /* start of the first field line */
    uint32_t head_length; /* the blank line included */
    uint64_t content_length;
    uint16_t header_count;
    uint16_t status;      /* when it returned NY_HTTP_BAD: the status that says why */
    uint8_t method_id;    /* enum ny_http_method */
    uint8_t minor;        /* HTTP/1.0: 0, later 1.x: 1 */
    uint8_t framing;      /* enum ny_http_framing */
    uint8_t flags;        /* enum ny_http_request_flags */
    uint8_t seen;         /* private: which singleton fields have come */
    const char *complaint; /* when it returned NY_HTTP_BAD: what is wrong, in words */
} ny_http_request;

/* Returns the length of the head, NY_HTTP_BAD, or NY_HTTP_MORE when the head is not complete.
   One empty line before the request line is skipped (RFC 9112 section 2.2) and counts as head. */
ptrdiff_t ny_http_request_parse(
    ny_http_request *request, const char *bytes, size_t count, const ny_http_limits *limits);

/* A field line of a head that was parsed. `value` has no blanks around it. */
typedef struct ny_http_field {
    const char *name;
    const char *value;
    uint32_t name_length;
    uint32_t value_length;
} ny_http_field;

/* Walks the field lines: start with `*at = headers`. False at the end of the section. Only for
   heads that ny_http_request_parse accepted: nothing is checked again. */
bool ny_http_field_next(const char *bytes, uint32_t *at, ny_http_field *field);

/* Reads one field line at `from`: token ":" OWS value OWS CRLF. The number of bytes, CRLF
   included; NY_HTTP_MORE, NY_HTTP_BAD (`*complaint` says why). Trailer sections use it too. */
ptrdiff_t ny_http_field_parse(
    const char *from, const char *end, ny_http_field *field, const char **complaint);

#endif
