/* http_message: one whole request, head and body, at the start of a buffer. No memory, no I/O.

   The head stays where it is, the body follows it; a chunked body is decoded in place, so that in
   the end every request is one contiguous run: head, body. */
#ifndef NY_HTTP_MESSAGE_H
#define NY_HTTP_MESSAGE_H

#include "http_chunked.h"
#include "http_request.h"

typedef struct ny_http_message {
    ny_http_request head;
    ny_http_chunked chunked;
    uint32_t body_length; /* decoded bytes so far; the body starts at head.head_length */
    uint32_t read;        /* raw bytes understood so far */
    bool head_done;
} ny_http_message;

/* The head alone: its length, NY_HTTP_MORE or NY_HTTP_BAD. */
ptrdiff_t ny_http_message_parse_head(
    ny_http_message *message, const char *bytes, size_t count, const ny_http_limits *limits);

/* The number of raw bytes that the message took, NY_HTTP_MORE, or NY_HTTP_BAD (then `status` and
   `complaint` of `head` say why). Call again with more bytes behind the same ones. */
ptrdiff_t ny_http_message_parse(
    ny_http_message *message, char *bytes, size_t count, const ny_http_limits *limits);

/* How many bytes the message will have taken at least; to size a buffer. 0: not known. */
size_t ny_http_message_expected(const ny_http_message *message);

/* Closes the gap that chunk framing leaves behind the decoded part; trailer lines follow it then. The
   new count. */
size_t ny_http_message_compact(ny_http_message *message, char *bytes, size_t count);

#endif
