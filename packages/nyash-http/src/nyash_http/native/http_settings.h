/* http_settings: limits and timeouts. Those of the worker are set once, from the environment, when the
   first connection is served (a value that is not a number between the bounds is ignored); an
   HTTPServer has its own, which begin as these and are set by HTTPServer.limits.

   environment                   default  name in limits()   what
   NYASH_HTTP_HEADER_TIMEOUT_MS  10000    headerTimeout      from a request's first byte to the end of
                                                             its head
   NYASH_HTTP_IDLE_TIMEOUT_MS    75000    idleTimeout        between requests, and before the first
                                                             byte of the first
   NYASH_HTTP_BODY_TIMEOUT_MS    30000    bodyTimeout        for a body, or a response to be taken;
                                                             plus what minBodyRate grants
   NYASH_HTTP_MIN_BODY_RATE      1024     minBodyRate        so many bytes earn a second more
   NYASH_HTTP_MAX_HEAD           65536    maxHeaderBytes     request line and headers (431)
   NYASH_HTTP_MAX_TARGET         16384    maxTargetBytes     request target (414)
   NYASH_HTTP_MAX_HEADERS        100      maxHeaders         field lines (431)
   NYASH_HTTP_MAX_BODY           1048576  maxBodyBytes       body (413)
   NYASH_HTTP_MAX_STREAMED       1 GiB    maxStreamedBytes   body that the handler reads in pieces
   NYASH_HTTP_MAX_GZIP_STREAMS   64       maxGzipStreams     streamed answers that are compressed at one
                                                             time, 310 KiB each; others go as they are */
#ifndef NY_HTTP_SETTINGS_H
#define NY_HTTP_SETTINGS_H

#include <stdint.h>

#include "http_request.h"
#include "nyash.h"

typedef struct ny_http_settings {
    ny_http_limits limits;
    int64_t header_timeout_ms;
    int64_t idle_timeout_ms;
    int64_t body_timeout_ms;
    int64_t body_rate;     /* bytes per second */
    uint64_t streamed_body;
    int64_t gzip_level;   /* 1 to 9; 0: bodies are not compressed */
    uint64_t gzip_least;  /* bytes of a body that is worth it */
    size_t gzip_streams;  /* most bodies that are compressed piece by piece */
    ny_word streamed;      /* ArrayBox of path patterns whose bodies are read in pieces; 0: none */
} ny_http_settings;

const ny_http_settings *ny_http_settings_get(void);

/* Compress bodies from so many bytes on. False: thrown. */
bool ny_http_settings_gzip(ny_http_settings *settings, int64_t level, int64_t least);
/* Sets one by its name in limits(). False: thrown. */
bool ny_http_settings_set(ny_http_settings *settings, ny_word name, int64_t value);

#endif
