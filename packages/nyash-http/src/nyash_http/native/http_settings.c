/* http_settings.c: see http_settings.h. */
#include "http_settings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#define LONGEST_TIMEOUT_MS (24 * 3600 * INT64_C(1000))
/* Places in a request are 32-bit numbers; head and body share them. */
#define LARGEST_HEAD (16 * 1024 * 1024)
#define LARGEST_BODY (INT64_C(1) << 31)

static int64_t from_environment(const char *name, int64_t usual, int64_t least, int64_t most) {
    const char *text = getenv(name);
    if (!text || !*text) return usual;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || *end || value < least || value > most) return usual;
    return value;
}

const ny_http_settings *ny_http_settings_get(void) {
    static ny_http_settings settings;
    static bool ready;
    if (ready) return &settings;
    ready = true;
    settings.header_timeout_ms =
        from_environment("NYASH_HTTP_HEADER_TIMEOUT_MS", 10000, 1, LONGEST_TIMEOUT_MS);
    settings.idle_timeout_ms =
        from_environment("NYASH_HTTP_IDLE_TIMEOUT_MS", 75000, 1, LONGEST_TIMEOUT_MS);
    settings.body_timeout_ms =
        from_environment("NYASH_HTTP_BODY_TIMEOUT_MS", 30000, 1, LONGEST_TIMEOUT_MS);
    ny_http_limits *limits = &settings.limits;
    limits->head = (uint32_t)from_environment("NYASH_HTTP_MAX_HEAD", 65536, 64, LARGEST_HEAD);
    limits->target = (uint32_t)from_environment("NYASH_HTTP_MAX_TARGET", 16384, 16, LARGEST_HEAD);
    limits->headers = (uint32_t)from_environment("NYASH_HTTP_MAX_HEADERS", 100, 1, 60000);
    limits->body = (uint64_t)from_environment("NYASH_HTTP_MAX_BODY", 1 << 20, 0, LARGEST_BODY);
    return &settings;
}
