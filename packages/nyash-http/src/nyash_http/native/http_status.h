/* http_status: the registered status codes and their reason phrases (RFC 9110 section 15, and
   the IANA registry for the rest). */
#ifndef NY_HTTP_STATUS_H
#define NY_HTTP_STATUS_H

#include <stdbool.h>

/* The phrase, or "Unknown" for a code without one. */
const char *ny_http_status_reason(unsigned status);

/* Whether a response of this status never has a body (RFC 9110 section 6.4.1). */
static inline bool ny_http_status_bodiless(unsigned status) {
    return status < 200 || status == 204 || status == 304;
}

#endif
