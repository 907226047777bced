/* http_message.c: see http_message.h. */
#include "http_message.h"

#include <string.h>

ptrdiff_t ny_http_message_parse_head(
    ny_http_message *message, const char *bytes, size_t count, const ny_http_limits *limits) {
    ptrdiff_t length = ny_http_request_parse(&message->head, bytes, count, limits);
    if (length < 0) return length;
    message->head_done = true;
    message->read = message->head.head_length;
    return length;
}

ptrdiff_t ny_http_message_parse(
    ny_http_message *message, char *bytes, size_t count, const ny_http_limits *limits) {
    ny_http_request *head = &message->head;
    if (!message->head_done) {
        ptrdiff_t length = ny_http_message_parse_head(message, bytes, count, limits);
        if (length < 0) return length;
    }
    if (head->framing == NY_HTTP_NO_BODY) return message->read;
    if (head->framing == NY_HTTP_LENGTH) {
        size_t whole = head->head_length + (size_t)head->content_length;
        message->read = (uint32_t)(count < whole ? count : whole);
        message->body_length = message->read - head->head_length;
        return count < whole ? NY_HTTP_MORE : (ptrdiff_t)whole;
    }
    size_t read = message->read;
    size_t written = head->head_length + message->body_length;
    int outcome =
        ny_http_chunked_decode(&message->chunked, bytes, &read, &written, count, limits);
    message->read = (uint32_t)read;
    message->body_length = (uint32_t)(written - head->head_length);
    if (outcome == 1) return (ptrdiff_t)read;
    if (outcome == NY_HTTP_BAD) {
        head->status = message->chunked.status;
        head->complaint = message->chunked.complaint;
    }
    return outcome;
}

size_t ny_http_message_expected(const ny_http_message *message) {
    if (!message->head_done || message->head.framing != NY_HTTP_LENGTH) return 0;
    return message->head.head_length + (size_t)message->head.content_length;
}

size_t ny_http_message_compact(ny_http_message *message, char *bytes, size_t count) {
    if (!message->head_done || message->head.framing != NY_HTTP_CHUNKED) return count;
    size_t written = message->head.head_length + message->body_length;
    size_t kept = message->read - message->chunked.trailers;
    memmove(bytes + written, bytes + kept, count - kept);
    message->read -= (uint32_t)(kept - written);
    return count - (kept - written);
}
