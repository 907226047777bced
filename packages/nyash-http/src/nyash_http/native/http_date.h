/* http_date: the time as HTTP writes it (IMF-fixdate, RFC 9110 section 5.6.7). */
#ifndef NY_HTTP_DATE_H
#define NY_HTTP_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NY_HTTP_DATE_LENGTH 29 /* "Sun, 06 Nov 1994 08:49:37 GMT" */

/* Writes the 29 bytes, no zero behind them. Years 0..9999 only; others are clamped. */
void ny_http_date_write(char *out, int64_t seconds_since_1970);

/* Reads a date in any of HTTP's three forms (IMF-fixdate, RFC 850, asctime). False: it is none. A
   year of two digits that seems more than 50 years ahead of `now` is of the century before. */
bool ny_http_date_read(const char *text, size_t length, int64_t now, int64_t *seconds);

/* The same 29 bytes for `wall_ms`, written anew once a second only. One worker, one cache. */
const char *ny_http_date_cached(int64_t wall_ms);

#endif
