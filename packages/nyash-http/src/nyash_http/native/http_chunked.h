/* http_chunked: takes the chunked transfer coding off a body, in place (RFC 9112 section 7.1).

   The decoder stands between two positions of one buffer: it reads raw bytes at `read` and puts
   body bytes at `written`, which is never ahead of `read`. It can be called with any number of
   bytes and goes on where it stopped. Nothing here knows the runtime.

   Chunk extensions are read by their grammar and dropped; a bare CR or LF in one, the way in for
   smuggling, is refused. Trailer fields are checked and stay where they are, in front of `read` at
   the end; none changes the request (section 7.1.2). */
#ifndef NY_HTTP_CHUNKED_H
#define NY_HTTP_CHUNKED_H

#include <stddef.h>
#include <stdint.h>

#include "http_request.h"

/* Bytes of extensions in one body, and of one trailer section. Nobody needs more. */
#define NY_HTTP_MOST_EXTENSIONS 4096
#define NY_HTTP_MOST_TRAILERS 8192

typedef struct ny_http_chunked {
    uint64_t left;       /* size being read, then data bytes of this chunk still to come */
    uint64_t total;      /* sizes of all chunks so far */
    uint32_t extensions; /* bytes of them */
    uint32_t trailers;   /* bytes of them */
    uint16_t status;     /* when refused */
    uint8_t state;       /* private; all zero at the start */
    uint8_t digits;      /* of the size being read */
    const char *complaint; /* when refused */
} ny_http_chunked;

/* 1: the body is complete, `*read` stands behind its last byte. NY_HTTP_BAD, NY_HTTP_MORE. */
int ny_http_chunked_decode(
    ny_http_chunked *chunked, char *bytes, size_t *read, size_t *written, size_t end,
    const ny_http_limits *limits);

#endif
