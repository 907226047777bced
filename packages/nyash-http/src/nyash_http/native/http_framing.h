/* http_framing: what a request's fields say about its body and its connection.

   This is the part that request smuggling attacks (RFC 9112 section 11.2), so it stands alone and
   refuses whatever it does not understand in full. */
#ifndef NY_HTTP_FRAMING_H
#define NY_HTTP_FRAMING_H

#include "http_request.h"

/* Looks at one field line as it is read: Host, Content-Length, Transfer-Encoding, Connection,
   Expect. False: refused, `status` and `complaint` are set. */
bool ny_http_framing_field(ny_http_request *request, const char *bytes, const ny_http_field *field);

/* All fields have come: checks Host and decides `framing`. False as above. */
bool ny_http_framing_decide(ny_http_request *request, const ny_http_limits *limits);

/* Likewise for a response: Content-Length, Transfer-Encoding and Connection; only `complaint` is set
   where it is refused. `no_body`: whatever the fields say, none follows (section 6.3, rule 1). */
bool ny_http_framing_answer_field(ny_http_request *answer, const ny_http_field *field);
bool ny_http_framing_answer_decide(ny_http_request *answer, bool no_body, bool *until_close);

/* Whether the text is uri-host [ ":" port ] (RFC 9110 section 7.2; RFC 3986 section 3.2.2), or
   empty. User information is refused (RFC 9110 section 4.2.4). */
bool ny_http_host_valid(const char *text, size_t length);

#endif
