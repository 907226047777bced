/* http_answer: reads the head of an HTTP/1 response. Bytes in, slices out; no memory, no I/O.

   As strict as http_request: lines end in CRLF, and what two clients could frame differently
   (RFC 9112 section 6.3) is refused. Field lines, and what they say about the body, are read by
   the functions that read those of requests. */
#ifndef NY_HTTP_ANSWER_H
#define NY_HTTP_ANSWER_H

#include "http_request.h"

typedef struct ny_http_answer {
    ny_http_request fields; /* its line, headers, head_length, content_length, framing, flags, minor;
                               `complaint` when it was refused */
    ny_http_slice reason;
    uint16_t status;  /* 100 to 999 */
    bool until_close; /* the body ends with the connection */
} ny_http_answer;

/* The length of the head, NY_HTTP_MORE or NY_HTTP_BAD. All zero at the start; call again with the
   same bytes and more behind them. `to_head`: the request was HEAD, so no body follows. */
ptrdiff_t ny_http_answer_parse(ny_http_answer *answer, const char *bytes, size_t count, bool to_head,
                               const ny_http_limits *limits);

/* Whether the connection can carry another request, once the body was read to its end. */
bool ny_http_answer_keeps(const ny_http_answer *answer);

#endif
