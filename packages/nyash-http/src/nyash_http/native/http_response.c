/* http_response.c: see http_response.h. */
#include "http_response.h"

#include <string.h>

#include "http_date.h"
#include "http_scan.h"
#include "http_status.h"

/* The fixed texts around what varies, generously. */
#define FIXED_ROOM 256

#define NY_HTTP_UNLIKELY(x) __builtin_expect(!!(x), 0)

#define PUT(out, text) (memcpy(out, text, sizeof(text) - 1), (out) + (sizeof(text) - 1))

size_t ny_http_reply_head_room(const ny_http_reply *reply) {
    return FIXED_ROOM + reply->reason_length + reply->fields_length + reply->more_length;
}

size_t ny_http_reply_body_sent(const ny_http_reply *reply) {
    return reply->head_only || ny_http_status_bodiless(reply->status) ? 0 : reply->body_length;
}

size_t ny_http_reply_room(const ny_http_reply *reply) {
    return ny_http_reply_head_room(reply) + ny_http_reply_body_sent(reply);
}

static char *put_bytes(char *out, const char *bytes, size_t length) {
    memcpy(out, bytes, length);
    return out + length;
}

static char *put_number(char *out, size_t number) {
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) *out++ = digits[--count];
    return out;
}

static char *put_status_line(char *out, const ny_http_reply *reply) {
    if (reply->status == 200 && !reply->reason) return PUT(out, "HTTP/1.1 200 OK\r\n");
    out = PUT(out, "HTTP/1.1 ");
    out = put_number(out, reply->status);
    *out++ = ' ';
    if (reply->reason) {
        out = put_bytes(out, reply->reason, reply->reason_length);
    } else {
        const char *phrase = ny_http_status_reason(reply->status);
        out = put_bytes(out, phrase, strlen(phrase));
    }
    return PUT(out, "\r\n");
}

size_t ny_http_reply_write_head(const ny_http_reply *reply, char *begin) {
    bool bodiless = ny_http_status_bodiless(reply->status);
    char *out = put_status_line(begin, reply);
    if (reply->date && !reply->date_given) {
        out = PUT(out, "Date: ");
        out = put_bytes(out, reply->date, NY_HTTP_DATE_LENGTH);
        out = PUT(out, "\r\n");
    }
    if (reply->persistence == NY_HTTP_CLOSES) out = PUT(out, "Connection: close\r\n");
    if (reply->persistence == NY_HTTP_STAYS_SAID) out = PUT(out, "Connection: keep-alive\r\n");
    if (reply->fields_length) out = put_bytes(out, reply->fields, reply->fields_length);
    if (reply->more_length) out = put_bytes(out, reply->more_fields, reply->more_length);
    if (reply->type && !bodiless) {
        out = PUT(out, "Content-Type: ");
        out = put_bytes(out, reply->type, strlen(reply->type));
        out = PUT(out, "\r\n");
    }
    /* RFC 9110 section 8.6: none with 1xx and 204. In answers to HEAD, and in 304, it is the
       length that GET would have given, which the program may know better. */
    bool told = reply->told_length && (reply->head_only || reply->status == 304);
    if (NY_HTTP_UNLIKELY(reply->framing != NY_HTTP_BY_LENGTH)) {
        if (reply->framing == NY_HTTP_IN_CHUNKS && !bodiless)
            out = PUT(out, "Transfer-Encoding: chunked\r\n");
    } else if (!bodiless || (told && reply->status == 304)) {
        out = PUT(out, "Content-Length: ");
        out = put_number(out, told ? (size_t)(reply->told_length - 1) : reply->body_length);
        out = PUT(out, "\r\n");
    }
    out = PUT(out, "\r\n");
    return (size_t)(out - begin);
}

size_t ny_http_reply_write(const ny_http_reply *reply, char *out) {
    size_t head = ny_http_reply_write_head(reply, out);
    size_t body = ny_http_reply_body_sent(reply);
    if (body) memcpy(out + head, reply->body, body);
    return head + body;
}

bool ny_http_value_valid(const char *text, size_t length) {
    return ny_http_skip_value(text, text + length) == text + length;
}

bool ny_http_token_valid(const char *text, size_t length) {
    return length > 0 && ny_http_skip(text, text + length, NY_HTTP_TOKEN) == text + length;
}
