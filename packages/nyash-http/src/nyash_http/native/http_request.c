/* http_request.c: the request line and the header section; see http_request.h. */
#include "http_request.h"

#include <string.h>

#include "http_framing.h"
#include "http_scan.h"

/* Longer methods are none that this server could implement (RFC 9112 section 3: 501). */
#define LONGEST_METHOD 32
/* Reading a line of this length again for each of its bytes is still cheap. */
#define SHORT_LINE 256
#define VERSION_LENGTH 10 /* "HTTP/1.1" and CRLF */

#define NY_HTTP_LIKELY(x) __builtin_expect(!!(x), 1)

static ptrdiff_t bad(ny_http_request *request, unsigned status, const char *complaint) {
    request->status = (uint16_t)status;
    request->complaint = complaint;
    return NY_HTTP_BAD;
}

static unsigned method_id(const char *name, size_t length) {
    switch (length) {
    case 3:
        if (memcmp(name, "GET", 3) == 0) return NY_HTTP_GET;
        if (memcmp(name, "PUT", 3) == 0) return NY_HTTP_PUT;
        break;
    case 4:
        if (memcmp(name, "POST", 4) == 0) return NY_HTTP_POST;
        if (memcmp(name, "HEAD", 4) == 0) return NY_HTTP_HEAD;
        break;
    case 5:
        if (memcmp(name, "PATCH", 5) == 0) return NY_HTTP_PATCH;
        if (memcmp(name, "TRACE", 5) == 0) return NY_HTTP_TRACE;
        break;
    case 6:
        if (memcmp(name, "DELETE", 6) == 0) return NY_HTTP_DELETE;
        break;
    case 7:
        if (memcmp(name, "OPTIONS", 7) == 0) return NY_HTTP_OPTIONS;
        break;
    }
    return NY_HTTP_OTHER_METHOD;
}

/* The target's four forms (RFC 9112 section 3.2), cut into host, path and query. */
static ptrdiff_t read_target(
    ny_http_request *request, const char *bytes, const char *target, const char *end) {
    const char *path = target;
    if (*target == '*') {
        if (end - target != 1 || request->method_id != NY_HTTP_OPTIONS)
            return bad(request, 400, "the target * is for OPTIONS only");
    } else if (*target != '/') {
        size_t scheme = (size_t)(end - target);
        if (scheme > 7 && memcmp(target + 4, "://", 3) == 0 && ny_http_same(target, 4, "http", 4))
            scheme = 7;
        else if (scheme > 8 && memcmp(target + 5, "://", 3) == 0 &&
                 ny_http_same(target, 5, "https", 5))
            scheme = 8;
        else
            return bad(request, 400, "the target is neither a path nor an http URI");
        const char *authority = target + scheme;
        path = authority;
        while (path < end && *path != '/' && *path != '?') path++;
        if (path == authority || !ny_http_host_valid(authority, (size_t)(path - authority)))
            return bad(request, 400, "the target's authority is not host[:port]");
        request->host = (ny_http_slice){(uint32_t)(authority - bytes), (uint32_t)(path - authority)};
        request->flags |= NY_HTTP_ABSOLUTE;
    }
    const char *query = path;
    while (query < end && *query != '?') {
        if (*query == '%') {
            if (end - query < 3 || ny_http_hex(query[1]) < 0 || ny_http_hex(query[2]) < 0)
                return bad(request, 400, "the path has a % without two hexadecimal digits");
            if (query[1] == '0' && query[2] == '0')
                return bad(request, 400, "the path has an escaped NUL");
            request->flags |= NY_HTTP_ESCAPED;
        }
        query++;
    }
    request->path = (ny_http_slice){(uint32_t)(path - bytes), (uint32_t)(query - path)};
    if (query < end)
        request->query =
            (ny_http_slice){(uint32_t)(query + 1 - bytes), (uint32_t)(end - query - 1)};
    return 0;
}

/* "HTTP/1.1" CRLF (section 2.3). A higher minor version is spoken to as 1.1. 0, or a code. */
static ptrdiff_t read_version(ny_http_request *request, const char *version, const char *end) {
    size_t there = (size_t)(end - version);
    if (NY_HTTP_LIKELY(there >= VERSION_LENGTH && !memcmp(version, "HTTP/1.1\r\n", 10))) {
        request->minor = 1;
        return 0;
    }
    static const char form[] = "HTTP/0.0\r\n"; /* 0: any digit */
    for (size_t i = 0; i < VERSION_LENGTH; i++) {
        if (i == there) return NY_HTTP_MORE;
        if (form[i] == '0' ? ny_http_is_digit(version[i]) : version[i] == form[i]) continue;
        return bad(request, 400, i < 8 ? "the request line does not end in HTTP/1.1"
                                       : "the request line does not end in CRLF");
    }
    if (version[5] != '1') return bad(request, 505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    request->minor = version[7] == '0' ? 0 : 1;
    return 0;
}

/* method SP request-target SP HTTP-version CRLF. The length of the line, or a code. */
static ptrdiff_t read_request_line(
    ny_http_request *request, const char *bytes, const char *from, const char *end,
    const ny_http_limits *limits) {
    const char *at = from;
    const char *method_end = end - from > LONGEST_METHOD ? from + LONGEST_METHOD + 1 : end;
    at = ny_http_skip(at, method_end, NY_HTTP_TOKEN);
    if (at - from > LONGEST_METHOD) return bad(request, 501, "the method is unknown");
    if (at == end) return NY_HTTP_MORE;
    if (at == from || *at != ' ') return bad(request, 400, "the request line has no valid method");
    request->method = (ny_http_slice){(uint32_t)(from - bytes), (uint32_t)(at - from)};
    request->method_id = (uint8_t)method_id(from, request->method.length);
    if (request->method.length == 7 && memcmp(from, "CONNECT", 7) == 0)
        return bad(request, 501, "CONNECT is not implemented");

    const char *target = ++at;
    at = ny_http_skip(at, end, NY_HTTP_TARGET);
    if ((size_t)(at - target) > limits->target)
        return bad(request, 414, "the request target is too long");
    if (at == end) return NY_HTTP_MORE;
    if (at == target || *at != ' ')
        return bad(request, 400, "the request target has a byte that must be escaped");
    const char *version = at + 1;
    ptrdiff_t fault = read_version(request, version, end);
    if (fault) return fault;
    fault = read_target(request, bytes, target, at);
    if (fault) return fault;
    return version + VERSION_LENGTH - from;
}

ptrdiff_t ny_http_field_parse(
    const char *from, const char *end, ny_http_field *field, const char **complaint) {
    const char *at = ny_http_skip(from, end, NY_HTTP_TOKEN);
    if (at == end) return NY_HTTP_MORE;
    if (at == from || *at != ':') {
        *complaint = ny_http_is_blank(*from) ? "a field line is folded"
                                             : "a field name is not a token followed by a colon";
        return NY_HTTP_BAD;
    }
    field->name = from;
    field->name_length = (uint32_t)(at - from);
    at++;
    while (at < end && ny_http_is_blank(*at)) at++;
    const char *value = at;
    at = ny_http_skip_value(at, end);
    if (at == end) return NY_HTTP_MORE;
    if (*at != '\r') {
        *complaint = *at == '\n' ? "a line ends in LF alone" : "a field value has a control byte";
        return NY_HTTP_BAD;
    }
    if (end - at < 2) return NY_HTTP_MORE;
    if (at[1] != '\n') {
        *complaint = "a CR stands alone";
        return NY_HTTP_BAD;
    }
    const char *last = at;
    while (last > value && ny_http_is_blank(last[-1])) last--;
    field->value = value;
    field->value_length = (uint32_t)(last - value);
    return at + 2 - from;
}

/* Whether it is worth to read the line again that was incomplete last time. Short ones always, so
   that rubbish is refused at once; long ones when a control byte has come, good or bad, and what
   follows a CR. */
static bool line_worth_reading(ny_http_request *request, const char *bytes, size_t count) {
    if (request->searched == 0 || count - request->line < SHORT_LINE) return true;
    const char *end = bytes + count;
    const char *stop = ny_http_skip_value(bytes + request->searched, end);
    if (stop < end && (*stop != '\r' || end - stop > 1)) return true;
    request->searched = (uint32_t)(stop - bytes);
    return false;
}

/* Not complete yet: is it too long already? */
static ptrdiff_t more(ny_http_request *request, size_t count, const ny_http_limits *limits) {
    if (request->headers == 0 && count > (size_t)limits->target + LONGEST_METHOD + 16)
        return bad(request, 414, "the request target is too long");
    if (count > limits->head) return bad(request, 431, "the header section is too long");
    return NY_HTTP_MORE;
}

ptrdiff_t ny_http_request_parse(
    ny_http_request *request, const char *bytes, size_t count, const ny_http_limits *limits) {
    if (!line_worth_reading(request, bytes, count)) return more(request, count, limits);
    /* All but a CR at the end will be read now. */
    request->searched = (uint32_t)(count && bytes[count - 1] == '\r' ? count - 1 : count);
    const char *end = bytes + count;
    const char *at = bytes + request->line;
    if (request->headers == 0) {
        if (at < end && *at == '\r' && request->line == 0) {
            if (end - at < 2) return more(request, count, limits);
            if (at[1] != '\n') return bad(request, 400, "a CR stands alone");
            at += 2;
            request->line = 2;
        }
        ptrdiff_t length = read_request_line(request, bytes, at, end, limits);
        if (length == NY_HTTP_MORE) return more(request, count, limits);
        if (length < 0) return length;
        at += length;
        request->line = request->headers = (uint32_t)(at - bytes);
    }
    for (;;) {
        if (at == end) return more(request, count, limits);
        if (*at == '\r') {
            if (end - at < 2) return more(request, count, limits);
            if (at[1] != '\n') return bad(request, 400, "a CR stands alone");
            break;
        }
        ny_http_field field;
        const char *complaint = NULL;
        ptrdiff_t length = ny_http_field_parse(at, end, &field, &complaint);
        if (length == NY_HTTP_MORE) return more(request, count, limits);
        if (length < 0) return bad(request, 400, complaint);
        if (++request->header_count > limits->headers)
            return bad(request, 431, "there are too many header fields");
        if (!ny_http_framing_field(request, bytes, &field)) return NY_HTTP_BAD;
        at += length;
        request->line = (uint32_t)(at - bytes);
        if (request->line > limits->head)
            return bad(request, 431, "the header section is too long");
    }
    request->head_length = (uint32_t)(at + 2 - bytes);
    if (request->head_length > limits->head)
        return bad(request, 431, "the header section is too long");
    if (!ny_http_framing_decide(request, limits)) return NY_HTTP_BAD;
    return request->head_length;
}

bool ny_http_field_next(const char *bytes, uint32_t *at, ny_http_field *field) {
    const char *from = bytes + *at;
    if (*from == '\r') return false;
    const char *colon = from;
    while (*colon != ':') colon++;
    const char *value = colon + 1;
    while (ny_http_is_blank(*value)) value++;
    const char *line_end = value;
    while (*line_end != '\r') line_end++;
    const char *last = line_end;
    while (last > value && ny_http_is_blank(last[-1])) last--;
    field->name = from;
    field->name_length = (uint32_t)(colon - from);
    field->value = value;
    field->value_length = (uint32_t)(last - value);
    *at = (uint32_t)(line_end + 2 - bytes);
    return true;
}
