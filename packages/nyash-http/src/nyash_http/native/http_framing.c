/* http_framing.c: Host, Content-Length, Transfer-Encoding, Connection, Expect; see
   http_framing.h. */
#include "http_framing.h"

#include <arpa/inet.h>
#include <string.h>

#include "http_scan.h"

/* ny_http_request.seen */
enum {
    SEEN_HOST = 1,
    SEEN_LENGTH = 2,
    SEEN_CODING = 4,
    SEEN_CHUNKED = 8,        /* the last coding so far is chunked */
    SEEN_OTHER_CODING = 16,
    SEEN_OTHER_EXPECTATION = 32,
};

static bool refuse(ny_http_request *request, unsigned status, const char *complaint) {
    request->status = (uint16_t)status;
    request->complaint = complaint;
    return false;
}

/* What stands in brackets: an IPv6 address, or "v" 1*HEXDIG "." and a form yet to come (RFC 3986
   section 3.2.2). */
static bool ip_literal_valid(const char *text, size_t length) {
    const char *at = text, *end = text + length;
    if (length > 0 && (*at | 0x20) == 'v') {
        const char *version = ++at;
        while (at < end && ny_http_hex(*at) >= 0) at++;
        if (at == version || at == end || *at++ != '.') return false;
        const char *rest = at;
        while (at < end && *at != '%' && (*at == ':' || ny_http_is(*at, NY_HTTP_HOST))) at++;
        return at == end && at > rest;
    }
    char address[INET6_ADDRSTRLEN];
    struct in6_addr parsed;
    if (length >= sizeof address || memchr(text, 0, length)) return false;
    memcpy(address, text, length);
    address[length] = 0;
    return inet_pton(AF_INET6, address, &parsed) == 1;
}

bool ny_http_host_valid(const char *text, size_t length) {
    const char *at = text;
    const char *end = text + length;
    if (at < end && *at == '[') {
        const char *inside = ++at;
        while (at < end && *at != ']') at++;
        if (at == end || !ip_literal_valid(inside, (size_t)(at - inside))) return false;
        at++;
    } else {
        while (at < end && ny_http_is(*at, NY_HTTP_HOST)) {
            if (*at == '%') {
                if (end - at < 3 || ny_http_hex(at[1]) < 0 || ny_http_hex(at[2]) < 0) return false;
                at += 2;
            }
            at++;
        }
        if (at == text && length > 0) return false; /* a port without a host */
    }
    if (at < end && *at == ':') {
        at++;
        const char *port = at;
        while (at < end && ny_http_is_digit(*at)) at++;
        if (at - port > 5) return false;
    }
    return at == end;
}

/* Section 3.2: exactly one Host field of valid content. */
static bool read_host(ny_http_request *request, const char *bytes, const ny_http_field *field) {
    if (request->seen & SEEN_HOST) return refuse(request, 400, "Host is given twice");
    if (!ny_http_host_valid(field->value, field->value_length))
        return refuse(request, 400, "Host is not host[:port]");
    request->seen |= SEEN_HOST;
    /* Section 3.2.2: the authority of an absolute target comes before the field. */
    if (!(request->flags & NY_HTTP_ABSOLUTE))
        request->host =
            (ny_http_slice){(uint32_t)(field->value - bytes), field->value_length};
    return true;
}

/* Section 6.2 and 6.3: 1*DIGIT, once. Lists of equal numbers, which section 6.3 allows to mend,
   are refused: the server in front may have read another one of them. */
static bool read_content_length(ny_http_request *request, const ny_http_field *field) {
    if (request->seen & SEEN_LENGTH) return refuse(request, 400, "Content-Length is given twice");
    request->seen |= SEEN_LENGTH;
    if (field->value_length == 0) return refuse(request, 400, "Content-Length is empty");
    uint64_t length = 0;
    for (uint32_t i = 0; i < field->value_length; i++) {
        if (!ny_http_is_digit(field->value[i]))
            return refuse(request, 400, "Content-Length is not a plain number");
        if (length > (UINT64_MAX - 9) / 10)
            return refuse(request, 413, "Content-Length is beyond every limit");
        length = length * 10 + (uint64_t)(field->value[i] - '0');
    }
    request->content_length = length;
    return true;
}

/* Section 6.1. Several fields are one list. Its empty elements, which RFC 9110 section 5.6.1 lets a
   recipient skip, are refused: other servers refuse them too, and disagreement here is danger. */
static bool read_transfer_encoding(ny_http_request *request, const ny_http_field *field) {
    request->seen |= SEEN_CODING;
    const char *from = field->value;
    const char *end = from + field->value_length;
    const char *coding;
    size_t length;
    unsigned commas = 0, codings = 0;
    for (const char *at = from; at < end; at++) commas += *at == ',';
    while (ny_http_list_next(&from, end, &coding, &length)) {
        codings++;
        if (request->seen & SEEN_CHUNKED)
            return refuse(request, 400, "chunked is not the last transfer coding, or comes twice");
        const char *stop = ny_http_skip(coding, coding + length, NY_HTTP_TOKEN);
        if (stop == coding) return refuse(request, 400, "a transfer coding is not a token");
        if (stop == coding + length && ny_http_same(coding, length, "chunked", 7)) {
            request->seen |= SEEN_CHUNKED;
        } else {
            if (ny_http_same(coding, (size_t)(stop - coding), "chunked", 7))
                return refuse(request, 400, "chunked takes no parameters");
            request->seen |= SEEN_OTHER_CODING;
        }
    }
    if (codings != commas + 1) return refuse(request, 400, "a transfer coding is empty");
    return true;
}

static void read_connection(ny_http_request *request, const ny_http_field *field) {
    const char *from = field->value;
    const char *end = from + field->value_length;
    const char *option;
    size_t length;
    while (ny_http_list_next(&from, end, &option, &length)) {
        if (ny_http_same(option, length, "close", 5)) request->flags |= NY_HTTP_CLOSE;
        if (ny_http_same(option, length, "keep-alive", 10)) request->flags |= NY_HTTP_KEEP_ALIVE;
        if (ny_http_same(option, length, "upgrade", 7)) request->flags |= NY_HTTP_UPGRADE;
    }
}

/* RFC 9110 section 10.1.1. What an HTTP/1.0 client expects is ignored. */
static void read_expect(ny_http_request *request, const ny_http_field *field) {
    if (request->minor == 0) return;
    const char *from = field->value;
    const char *end = from + field->value_length;
    const char *expectation;
    size_t length;
    while (ny_http_list_next(&from, end, &expectation, &length)) {
        if (ny_http_same(expectation, length, "100-continue", 12))
            request->flags |= NY_HTTP_EXPECT_CONTINUE;
        else
            request->seen |= SEEN_OTHER_EXPECTATION;
    }
}

bool ny_http_framing_field(
    ny_http_request *request, const char *bytes, const ny_http_field *field) {
    const char *name = field->name;
    switch (field->name_length) {
    case 4:
        if (ny_http_same(name, 4, "host", 4)) return read_host(request, bytes, field);
        break;
    case 6:
        if (ny_http_same(name, 6, "expect", 6)) read_expect(request, field);
        break;
    case 10:
        if (ny_http_same(name, 10, "connection", 10)) read_connection(request, field);
        break;
    case 14:
        if (ny_http_same(name, 14, "content-length", 14)) return read_content_length(request, field);
        break;
    case 17:
        if (ny_http_same(name, 17, "transfer-encoding", 17))
            return read_transfer_encoding(request, field);
        break;
    }
    return true;
}

bool ny_http_framing_decide(ny_http_request *request, const ny_http_limits *limits) {
    unsigned seen = request->seen;
    if (request->minor > 0 && !(seen & SEEN_HOST))
        return refuse(request, 400, "an HTTP/1.1 request needs a Host field");
    if (seen & SEEN_CODING) {
        /* Section 6.1: with a Content-Length, or from HTTP/1.0, the framing is faulty. */
        if (seen & SEEN_LENGTH)
            return refuse(request, 400, "Transfer-Encoding and Content-Length come together");
        if (request->minor == 0)
            return refuse(request, 400, "Transfer-Encoding does not exist in HTTP/1.0");
        if (!(seen & SEEN_CHUNKED))
            return refuse(request, 400, "the last transfer coding is not chunked");
        if (seen & SEEN_OTHER_CODING)
            return refuse(request, 501, "a transfer coding other than chunked");
        request->framing = NY_HTTP_CHUNKED;
    } else if (seen & SEEN_LENGTH) {
        if (request->content_length > limits->body)
            return refuse(request, 413, "the body is too long");
        request->framing = request->content_length > 0 ? NY_HTTP_LENGTH : NY_HTTP_NO_BODY;
    } else {
        request->framing = NY_HTTP_NO_BODY;
    }
    if (seen & SEEN_OTHER_EXPECTATION)
        return refuse(request, 417, "an expectation other than 100-continue");
    return true;
}

bool ny_http_framing_answer_field(ny_http_request *answer, const ny_http_field *field) {
    /* Host and Expect mean nothing in a response. */
    switch (field->name_length) {
    case 10: case 14: case 17: return ny_http_framing_field(answer, NULL, field);
    default: return true;
    }
}

/* RFC 9112 section 6.3. A coding that is not understood cannot be taken off, so it is refused where
   the RFC would read on to the end of the connection. */
bool ny_http_framing_answer_decide(ny_http_request *answer, bool no_body, bool *until_close) {
    unsigned seen = answer->seen;
    *until_close = false;
    answer->framing = NY_HTTP_NO_BODY;
    if ((seen & SEEN_CODING) && (seen & SEEN_LENGTH))
        return refuse(answer, 502, "Transfer-Encoding and Content-Length come together");
    if ((seen & SEEN_CODING) && answer->minor == 0)
        return refuse(answer, 502, "Transfer-Encoding does not exist in HTTP/1.0");
    if (no_body) return true;
    if (seen & SEEN_CODING) {
        if (!(seen & SEEN_CHUNKED) || (seen & SEEN_OTHER_CODING))
            return refuse(answer, 502, "a transfer coding other than chunked");
        answer->framing = NY_HTTP_CHUNKED;
    } else if (seen & SEEN_LENGTH) {
        if (answer->content_length > 0) answer->framing = NY_HTTP_LENGTH;
    } else {
        *until_close = true;
    }
    return true;
}
