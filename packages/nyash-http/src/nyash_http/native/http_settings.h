/* http_settings: limits and timeouts of all connections of the worker.

   Set once, from the environment, when the first connection is served; a value that is not a
   number between the bounds is ignored.

   NYASH_HTTP_HEADER_TIMEOUT_MS  10000    from a request's first byte to the end of its head
   NYASH_HTTP_IDLE_TIMEOUT_MS    75000    between requests, and before the first byte of the first
   NYASH_HTTP_BODY_TIMEOUT_MS    30000    for a body, or a response to be taken; plus a second for
                                          each KiB that has passed, so slow lines get done
   NYASH_HTTP_MAX_HEAD           65536    bytes of request line and headers (431)
   NYASH_HTTP_MAX_TARGET         16384    bytes of the request target (414)
   NYASH_HTTP_MAX_HEADERS          100    field lines (431)
   NYASH_HTTP_MAX_BODY         1048576    bytes of a body (413) */
#ifndef NY_HTTP_SETTINGS_H
#define NY_HTTP_SETTINGS_H

#include <stdint.h>

#include "http_request.h"

typedef struct ny_http_settings {
    ny_http_limits limits;
    int64_t header_timeout_ms;
    int64_t idle_timeout_ms;
    int64_t body_timeout_ms;
} ny_http_settings;

const ny_http_settings *ny_http_settings_get(void);

#endif
