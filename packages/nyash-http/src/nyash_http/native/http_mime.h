/* http_mime: the media type of a file by its name's extension. No memory, no I/O. */
#ifndef NY_HTTP_MIME_H
#define NY_HTTP_MIME_H

#include <stdbool.h>
#include <stddef.h>

/* Of "index.html": "text/html; charset=utf-8". application/octet-stream where nothing is known. */
const char *ny_http_mime_of(const char *path, size_t length);
/* Whether bodies of that type shrink when they are compressed; parameters do not matter. */
bool ny_http_mime_compressible(const char *type, size_t length);

#endif
