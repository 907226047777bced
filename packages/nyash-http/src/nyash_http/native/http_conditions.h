/* http_conditions: what a request's fields ask of the representation it would get: conditions
   (RFC 9110 section 13), a range (section 14), a coding (section 12.5.3). No memory, no I/O. */
#ifndef NY_HTTP_CONDITIONS_H
#define NY_HTTP_CONDITIONS_H

#include <stddef.h>
#include <stdint.h>

#include "http_request.h"

typedef struct ny_http_representation {
    const char *etag; /* strong, with its quotes */
    size_t etag_length;
    int64_t modified; /* seconds since 1970 */
    uint64_t size;
} ny_http_representation;

typedef struct ny_http_selection {
    unsigned status; /* 200, 206, 304, 412 or 416 */
    uint64_t start;  /* of what to send with 200 and 206 */
    uint64_t count;
} ny_http_selection;

/* `bytes` and `headers`: a request's head as it was parsed. `now`: seconds since 1970. */
ny_http_selection ny_http_select(const char *bytes, uint32_t headers, unsigned method_id,
                                 const ny_http_representation *representation, int64_t now);

/* How much each content coding is wanted, in thousandths; 0: not acceptable. */
typedef struct ny_http_codings {
    unsigned brotli, gzip;
} ny_http_codings;

ny_http_codings ny_http_codings_accepted(const char *bytes, uint32_t headers);

#endif
