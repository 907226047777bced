/* http_answer.c: the status line and the header section; see http_answer.h. */
#include "http_answer.h"

#include <string.h>

#include "http_framing.h"
#include "http_scan.h"

static ptrdiff_t bad(ny_http_answer *answer, const char *complaint) {
    answer->fields.complaint = complaint;
    return NY_HTTP_BAD;
}

/* HTTP-version SP 3DIGIT [ SP reason-phrase ] CRLF (RFC 9112 section 4). The blank before an empty
   reason is missing from many servers. */
static ptrdiff_t read_status_line(ny_http_answer *answer, const char *bytes, size_t length) {
    static const char form[] = "HTTP/1.0 000"; /* 0: any digit */
    size_t least = sizeof form - 1;
    if (length < least + 2) return bad(answer, "the status line is too short");
    for (size_t i = 0; i < least; i++)
        if (form[i] == '0' ? !ny_http_is_digit(bytes[i]) : bytes[i] != form[i])
            return bad(answer, "the status line is not that of HTTP/1.0 or HTTP/1.1");
    const char *end = bytes + length - 2;
    const char *at = bytes + least;
    if (at < end && *at != ' ') return bad(answer, "the status is not a number of three digits");
    const char *reason = at < end ? at + 1 : end;
    if (ny_http_skip_value(reason, end) != end)
        return bad(answer, "the reason phrase has a control byte");
    answer->reason = (ny_http_slice){(uint32_t)(reason - bytes), (uint32_t)(end - reason)};
    answer->status =
        (uint16_t)((bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + (bytes[11] - '0'));
    if (answer->status < 100) return bad(answer, "the status is below 100");
    answer->fields.minor = bytes[7] == '0' ? 0 : 1;
    return 0;
}

ptrdiff_t ny_http_answer_parse(ny_http_answer *answer, const char *bytes, size_t count, bool to_head,
                               const ny_http_limits *limits) {
    ny_http_request *head = &answer->fields;
    for (;;) {
        const char *line = bytes + head->line;
        size_t from = head->searched > head->line ? head->searched : head->line;
        const char *feed = memchr(bytes + from, '\n', count - from);
        head->searched = (uint32_t)count;
        if ((feed ? (size_t)(feed - bytes) : count) > limits->head)
            return bad(answer, "the header section is too long");
        if (!feed) return NY_HTTP_MORE;
        size_t length = (size_t)(feed + 1 - line);
        head->searched = 0;
        head->line += (uint32_t)length;
        if (length < 2 || feed[-1] != '\r') return bad(answer, "a line ends in LF alone");
        if (head->headers == 0) {
            ptrdiff_t fault = read_status_line(answer, line, length);
            if (fault) return fault;
            head->headers = head->line;
            continue;
        }
        if (length == 2) break;
        ny_http_field field;
        const char *complaint = "a field line has a CR in it";
        if (ny_http_field_parse(line, feed + 1, &field, &complaint) != (ptrdiff_t)length)
            return bad(answer, complaint);
        if (++head->header_count > limits->headers)
            return bad(answer, "there are too many header fields");
        if (!ny_http_framing_answer_field(head, &field)) return NY_HTTP_BAD;
    }
    head->head_length = head->line;
    bool no_body = to_head || answer->status < 200 || answer->status == 204 || answer->status == 304;
    if (!ny_http_framing_answer_decide(head, no_body, &answer->until_close)) return NY_HTTP_BAD;
    return (ptrdiff_t)head->head_length;
}

bool ny_http_answer_keeps(const ny_http_answer *answer) {
    const ny_http_request *head = &answer->fields;
    if (answer->until_close || answer->status == 101 || (head->flags & NY_HTTP_CLOSE)) return false;
    return head->minor > 0 || (head->flags & NY_HTTP_KEEP_ALIVE);
}
