/* http_pattern.c: see http_pattern.h. */
#include "http_pattern.h"

#include <string.h>

static const char *segment_end(const char *from, const char *end) {
    while (from < end && *from != '/') from++;
    return from;
}

bool ny_http_pattern_fits(const ny_string *pattern, const ny_string *path, const ny_string *name,
                          const char **value, size_t *length) {
    const char *wanted = pattern->bytes, *wanted_end = wanted + pattern->byte_length;
    const char *given = path->bytes, *given_end = given + path->byte_length;
    for (;;) { /* both at the start of a segment */
        if (wanted < wanted_end && *wanted == '*') { /* all that is left, slashes too */
            if (name && name->byte_length == (size_t)(wanted_end - wanted - 1) &&
                memcmp(name->bytes, wanted + 1, name->byte_length) == 0) {
                *value = given;
                *length = (size_t)(given_end - given);
            }
            return true;
        }
        if (wanted < wanted_end && *wanted == ':') {
            const char *stop = segment_end(given, given_end);
            const char *wanted_stop = segment_end(wanted, wanted_end);
            if (stop == given) return false;
            if (name && name->byte_length == (size_t)(wanted_stop - wanted - 1) &&
                memcmp(name->bytes, wanted + 1, name->byte_length) == 0) {
                *value = given;
                *length = (size_t)(stop - given);
            }
            given = stop;
            wanted = wanted_stop;
        } else {
            for (; wanted < wanted_end && *wanted != '/'; wanted++, given++)
                if (given == given_end || *given != *wanted) return false;
        }
        if (given == given_end || wanted == wanted_end)
            return given == given_end && wanted == wanted_end;
        if (*given++ != '/') return false;
        wanted++;
    }
}
