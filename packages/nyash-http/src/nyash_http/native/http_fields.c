/* http_fields.c: see http_fields.h. */
#include "http_fields.h"

#include <string.h>

#include "http_scan.h"

/* Far more than any client takes; what grows beyond it is a mistake in a loop. */
#define MOST_FIELDS (1 << 20)

static char *lines(ny_http_response_box *response) {
    return response->more_fields ? response->more_fields : response->fields;
}

static bool make_room(ny_http_response_box *response, size_t more) {
    size_t wanted = response->fields_length + more;
    size_t room = response->more_fields ? response->fields_room : NY_HTTP_INLINE_FIELDS;
    if (NY_LIKELY(wanted <= room)) return true;
    if (wanted > MOST_FIELDS) {
        ny_throw_error("ArgumentError", "a response with more than 1 MiB of header fields");
        return false;
    }
    while (room < wanted) room *= 2;
    char *block = response->more_fields
                      ? ny_memory_resize(response->more_fields, response->fields_room, room)
                      : ny_memory_get(room);
    if (!block) {
        ny_throw_error("OutOfMemoryError", "no memory for a header field");
        return false;
    }
    if (!response->more_fields) memcpy(block, response->fields, response->fields_length);
    response->more_fields = block;
    response->fields_room = (uint32_t)room;
    return true;
}

bool ny_http_fields_add(
    ny_http_response_box *response, const char *name, size_t name_length, const char *value,
    size_t value_length) {
    size_t length = name_length + value_length + 4;
    if (length < value_length || !make_room(response, length)) return false;
    char *out = lines(response) + response->fields_length;
    memcpy(out, name, name_length);
    memcpy(out += name_length, ": ", 2);
    memcpy(out += 2, value, value_length);
    memcpy(out + value_length, "\r\n", 2);
    response->fields_length += (uint32_t)length;
    return true;
}

/* The line that begins at `from`: its end, and whether it is of that name. */
static const char *line_end(
    const char *from, const char *end, const char *name, size_t length, bool *same) {
    const char *feed = memchr(from, '\n', (size_t)(end - from));
    *same = (size_t)(feed - from) > length && from[length] == ':';
    for (size_t i = 0; *same && i < length; i++)
        *same = ny_http_lower(from[i]) == ny_http_lower(name[i]);
    return feed + 1;
}

void ny_http_fields_remove(ny_http_response_box *response, const char *name, size_t length) {
    char *from = lines(response);
    char *end = from + response->fields_length;
    while (from < end) {
        bool same;
        const char *next = line_end(from, end, name, length, &same);
        if (same) {
            memmove(from, next, (size_t)(end - next));
            end -= next - from;
        } else {
            from += next - from;
        }
    }
    response->fields_length = (uint32_t)(end - lines(response));
}

const char *ny_http_fields_find(
    const ny_http_response_box *response, const char *name, size_t length, size_t *value_length) {
    const char *from = ny_http_fields_bytes(response);
    const char *end = from + response->fields_length;
    while (from < end) {
        bool same;
        const char *next = line_end(from, end, name, length, &same);
        if (same) {
            *value_length = (size_t)(next - from) - length - 4;
            return from + length + 2;
        }
        from = next;
    }
    return NULL;
}
