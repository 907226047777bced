/* http_settings.c: see http_settings.h. */
#include "http_settings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_TIMEOUT_MS (24 * 3600 * INT64_C(1000))
/* Places in a request are 32-bit numbers; head and body share them. */
#define LARGEST_HEAD (16 * 1024 * 1024)
#define LARGEST_BODY (INT64_C(1) << 31)
#define LARGEST_STREAMED (INT64_C(1) << 60)

enum setting {
    HEADER_TIMEOUT,
    IDLE_TIMEOUT,
    BODY_TIMEOUT,
    BODY_RATE,
    HEAD,
    TARGET,
    HEADERS,
    BODY,
    STREAMED_BODY,
    GZIP_STREAMS,
    SETTINGS,
};

static const struct {
    const char *name, *environment;
    int64_t usual, least, most;
} table[] = {
    [HEADER_TIMEOUT] = {"headerTimeout", "NYASH_HTTP_HEADER_TIMEOUT_MS", 10000, 1,
                        LONGEST_TIMEOUT_MS},
    [IDLE_TIMEOUT] = {"idleTimeout", "NYASH_HTTP_IDLE_TIMEOUT_MS", 75000, 1, LONGEST_TIMEOUT_MS},
    [BODY_TIMEOUT] = {"bodyTimeout", "NYASH_HTTP_BODY_TIMEOUT_MS", 30000, 1, LONGEST_TIMEOUT_MS},
    [BODY_RATE] = {"minBodyRate", "NYASH_HTTP_MIN_BODY_RATE", 1024, 1, INT64_C(1) << 40},
    [HEAD] = {"maxHeaderBytes", "NYASH_HTTP_MAX_HEAD", 65536, 64, LARGEST_HEAD},
    [TARGET] = {"maxTargetBytes", "NYASH_HTTP_MAX_TARGET", 16384, 16, LARGEST_HEAD},
    [HEADERS] = {"maxHeaders", "NYASH_HTTP_MAX_HEADERS", 100, 1, 60000},
    [BODY] = {"maxBodyBytes", "NYASH_HTTP_MAX_BODY", 1 << 20, 0, LARGEST_BODY},
    [STREAMED_BODY] = {"maxStreamedBytes", "NYASH_HTTP_MAX_STREAMED", 1 << 30, 0,
                       LARGEST_STREAMED},
    [GZIP_STREAMS] = {"maxGzipStreams", "NYASH_HTTP_MAX_GZIP_STREAMS", 64, 0, 1 << 20},
};

static void put(ny_http_settings *settings, enum setting which, int64_t value) {
    switch (which) {
    case HEADER_TIMEOUT: settings->header_timeout_ms = value; break;
    case IDLE_TIMEOUT: settings->idle_timeout_ms = value; break;
    case BODY_TIMEOUT: settings->body_timeout_ms = value; break;
    case BODY_RATE: settings->body_rate = value; break;
    case HEAD: settings->limits.head = (uint32_t)value; break;
    case TARGET: settings->limits.target = (uint32_t)value; break;
    case HEADERS: settings->limits.headers = (uint32_t)value; break;
    case BODY: settings->limits.body = (uint64_t)value; break;
    case STREAMED_BODY: settings->streamed_body = (uint64_t)value; break;
    case GZIP_STREAMS: settings->gzip_streams = (size_t)value; break;
    case SETTINGS: break;
    }
}

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
    for (int i = 0; i < SETTINGS; i++)
        put(&settings, i,
            from_environment(
                table[i].environment, table[i].usual, table[i].least, table[i].most));
    return &settings;
}

bool ny_http_settings_set(ny_http_settings *settings, ny_word name, int64_t value) {
    const ny_string *text = ny_as_string(name);
    for (int i = 0; i < SETTINGS; i++) {
        if (strlen(table[i].name) != text->byte_length ||
            memcmp(table[i].name, text->bytes, text->byte_length) != 0)
            continue;
        if (value >= table[i].least && value <= table[i].most) {
            put(settings, i, value);
            return true;
        }
        ny_throw_error("ArgumentError", "limits: %s is %lld; it may be %lld to %lld", table[i].name,
                       (long long)value, (long long)table[i].least, (long long)table[i].most);
        return false;
    }
    char known[256] = "";
    for (int i = 0; i < SETTINGS; i++) {
        if (i > 0) strcat(known, ", ");
        strcat(known, table[i].name);
    }
    ny_throw_error("ArgumentError", "limits: there is no \"%.*s\"; there are maxConnections, %s",
                   (int)(text->byte_length < 80 ? text->byte_length : 80), text->bytes, known);
    return false;
}

bool ny_http_settings_gzip(ny_http_settings *settings, int64_t level, int64_t least) {
    if (level < 0 || level > 9 || least < 0) {
        ny_throw_error("ArgumentError", "gzip: the level is 0 to 9, the least size not negative");
        return false;
    }
    settings->gzip_level = level;
    settings->gzip_least = (uint64_t)least;
    return true;
}
